"""What the answers mean. Measures take frames and graphs and give results; they know no database and no page.

What a group says
    `scores.points`               what does a score stand for            mean of people's means, 0 to 100
    `scores.level`                what does the whole group say          finite-population empirical Bayes
    `scores.moderated`            how different are its people           Smyth 2004
    `scores.among`                where do groups usually lie            moments of the analysis of variance
    `scores.silent_bounds`        if all the silent were at one end      worst and best case
    `scores.favourable`           how many agree                         Wilson 1927
    `agreement.rwg`               do its people see a statement alike    James, Demaree & Wolf 1984
    `agreement.rwg_star`          do they see a dimension alike          Lindell & Brandt 1997
Over waves
    `change.between`              has it really changed                  Efron 2004; Benjamini & Hochberg 1995
    `trend.follow`                where is the line, and has it bent     Durbin & Koopman 2012; Page 1954
    `trend.noise`                 how much do quiet lines move           moments of the local level
    `linking.effects`             other statements, on one scale         mean linking by anchors
Of the questions themselves
    `quality.response`            for whom do the figures speak          bands of our own
    `quality.straight_lined`      who answered without reading           Johnson 2005
    `reliability.from_covariance` do the statements go together: alpha   Cronbach 1951; Feldt 1965
    `reliability.omega_of`        the same where some weigh more: omega  McDonald 1999
    `agreement.icc_of`            do groups differ from one another      Shrout & Fleiss 1979; Bliese 2000
    `drivers.goes_with`           what goes with how it is overall       Fisher 1921
    `themes.themes`               what are many comments about           Lee & Seung 1999
Who works with whom
    `network.standings`           who has few ties, given the silent     `analytics.silence`
    `network.between_teams`       more or fewer ties than by chance      `analytics.chance`
    `network.silos`               does a team keep to itself             `analytics.chance`
    `structure.returned`          are names returned                     Holland & Leinhardt 1970
    `structure.kept`              are last time's ties still there       Burt 2000; Brewer 2000
    `structure.carried`           how much help comes from few           Cross, Rebele & Grant 2016
    `structure.circles`           who belongs together, by ties alone    Traag, Waltman & van Eck 2019
    `structure.core`              is everybody tied with a core          Borgatti & Everett 2000
    `structure.mixing`            do ties stay inside teams              Krackhardt & Stern 1988
    `structure.bridges`           through whom do others meet            Freeman 1977; Burt 1992
    `structure.asked`             to whom do many turn                   Cross, Rebele & Grant 2016
    `structure.brokerage`         between whom does somebody stand       Gould & Fernandez 1989
    `likely.score`                who may tie next                        Ghasemian et al. 2020
    `likely.within_reach`         whose contacts lead to whom             Jeh & Widom 2003, personalized PageRank
    `likely.spread`               how likely a tie is                     rates of 22 real transitions
    `likely.by_introduction`      what an introduction adds               a beta distribution of outcomes
    `introductions.choose`        who is worth introducing to whom       `analytics.worth`
    `uplift.compare`              did introductions help                 Newcombe 1998, against pairs held back
What to do
    `playbook.suggest`            what to try next                       graded by evidence, `analytics.plays`
    `follow_up.compare`           what became of it, beside like teams   regression to the mean

Each docstring says formula, limits and source; the page *How figures are made* and the report show them as they stand.
Nothing of this is said to anybody before it has passed the gate, `disclosure`. `carry_up` and `figures` decide whose
answers a figure counts, `earlier` what may stand beside former waves, `precision` how exactly it may be said.
"""
