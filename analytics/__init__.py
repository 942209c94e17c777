"""What the answers mean. Measures take frames and graphs and give results; they know no database and no page.

What a group says
    `scores.interval`             what does it say, and how surely       t interval for a finite population
    `scores.silent_bounds`        if all the silent were at one end      worst and best case
    `scores.favourable`           how many agree                         Wilson 1927
    `agreement.rwg`, `rwg_j`      do its people see it alike             James, Demaree & Wolf 1984
Over waves
    `change.between`              has it really changed                  Efron 2004; Benjamini & Hochberg 1995
    `trend.band`                  how far does a quiet line waver        t interval, the same people asked again
Of the questions themselves
    `reliability.cronbach_alpha`  do the statements measure one thing    Cronbach 1951; Feldt 1965
    `agreement.icc`               do groups differ from one another      Shrout & Fleiss 1979; Bliese 2000
Who works with whom
    `network.standings`           who has few ties, given the silent     `analytics.silence`
    `network.between_teams`       more or fewer ties than by chance      `analytics.chance`
    `network.silos`               does a team keep to itself             `analytics.chance`
    `network.layout`              where does the map draw whom           `analytics.layout`
    `introductions.choose`        who is worth introducing to whom       `analytics.worth`
What to do
    `playbook.suggest`            what to try next                       graded by evidence, `playbook.PLAYS`

Nothing of this is said to anybody before it has passed the gate, `disclosure`. `carry_up` and `figures` decide whose
answers a figure counts, `earlier` what may stand beside former waves, `precision` how exactly it may be said.
"""
