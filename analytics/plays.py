"""Every play of the playbook: what somebody who leads a team may try, how well it is known to work, and who says so.

Evidence: A, randomised studies or a meta-analysis of interventions; B, a controlled field study or a large
observational one; C, good practice only. Where a source would bear two grades, the lower one stands here.

A play is for a team and never for a person. Nothing here says that a play will work in a given team; the next wave may.
"""

from dataclasses import dataclass
from typing import Literal

Evidence = Literal["A", "B", "C"]


@dataclass(frozen=True, kw_only=True)
class Play:
    """Something to try, small enough for Monday."""

    id: str
    serves: tuple[str, ...]
    """The dimensions and modules it may help, by their ids in the questionnaires."""
    title: str
    what: str
    """Two or three sentences."""
    evidence: Evidence
    source: str


# -------------------------------------------------------------------------------------------------- the four dimensions

TRUST = (
    Play(
        id="PT1",
        serves=("trust", "empathy", "support"),
        title="Short one-to-ones about needs",
        what="Fifteen minutes with each person every other week, with two questions: what do you need, and what is in "
        "your way? Leave the task list for another meeting, and do one thing about an answer before the next.",
        evidence="A",
        source="Castro, Englmaier & Guadalupe 2023: randomised, over 1,000 teams",
    ),
    Play(
        id="PT2",
        serves=("trust",),
        title="Start with your own slip",
        what="Once a month, tell a mistake of your own and what you learned. Then look at one that happened in the "
        "team: what made it easy to make, and what would have caught it? Nobody is asked who.",
        evidence="C",
        source="Practice; Edmondson 1999 shows the link, not the effect",
    ),
    Play(
        id="PT3",
        serves=("trust", "follow_through"),
        title="A log of promises",
        what="Write down who promised what by when, where all can read it. Go through it each week for five minutes: "
        "kept, moved with a reason, or dropped in the open.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PT4",
        serves=("trust",),
        title="Bad news early",
        what="Agree that a delay or a doubt is said on the day it is noticed. Thank whoever says it, before asking "
        "anything.",
        evidence="C",
        source="Practice",
    ),
)

COMMUNICATION = (
    Play(
        id="PC1",
        serves=("communication",),
        title="Agree on channels",
        what="In one hour, write a page together: what goes into which channel, how fast an answer is expected in "
        "each, and when it is quiet. Try it for a month, then change what did not hold.",
        evidence="C",
        source="Practice; Mathieu & Rapp 2009 on team charters",
    ),
    Play(
        id="PC2",
        serves=("communication",),
        title="Three-line messages",
        what="Begin every request with three lines: what it is about, what you ask for, and by when. Details come "
        "below.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PC3",
        serves=("communication", "listening", "feedback"),
        title="A listening round",
        what="Once a week, two minutes for each speaker, phones away. Whoever answers first says back what they heard,"
        " until the speaker agrees.",
        evidence="B",
        source="Kluger et al. 2024: 664 effects, listening and work outcomes r = .39, correlational",
    ),
    Play(
        id="PC4",
        serves=("communication",),
        title="What changed this week",
        what="Fifteen minutes at a fixed time: what was decided, what moved, what is still open. A written note the "
        "same day for whoever was not there.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PC5",
        serves=("communication",),
        title="A jargon hunt",
        what="For two weeks, everybody notes words that a newcomer would not know. Then write one line for each on a "
        "shared page, and drop the words that nobody could explain.",
        evidence="C",
        source="Practice",
    ),
)

COLLABORATION = (
    Play(
        id="PL1",
        serves=("collaboration",),
        title="Pairs with a worksheet",
        what="For four weeks, pair people up, by lot or by Rapport's introductions. Each week they meet for half an "
        "hour and note one thing that went well, one they struggle with, and one tip for the other.",
        evidence="A",
        source="Sandvik et al. 2020: randomised, sales up by more than 15 %, lasting 20 weeks",
    ),
    Play(
        id="PL2",
        serves=("collaboration", "feedback"),
        title="Look back together",
        what="After each piece of work, half an hour and four questions: what did we intend, what happened, why, and "
        "what do we do next time? Write down one change and who starts it.",
        evidence="A",
        source="Keiser & Arthur 2021: 61 studies, d = .79; Tannenbaum & Cerasoli 2013",
    ),
    Play(
        id="PL3",
        serves=("collaboration",),
        title="One page of goals and roles",
        what="Put on a single page what the team is for this quarter, who decides what, and who needs what from whom. "
        "Renew it each quarter.",
        evidence="C",
        source="Practice; Hoegl & Gemuenden 2001 on teamwork quality",
    ),
    Play(
        id="PL4",
        serves=("collaboration", "support"),
        title="Offers and requests",
        what="Keep a board where everybody posts one thing they can help with and one they could use help with. Start "
        "the weekly meeting by matching two.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PL5",
        serves=("collaboration", "reaching_out"),
        title="Make two introductions",
        what="Take two or three of Rapport's introductions. Say why you thought of them, propose a topic, and leave "
        "them to it.",
        evidence="B",
        source="Boudreau et al. 2017: randomised, brief meetings led to 75 % more joint work; Obstfeld 2005",
    ),
    Play(
        id="PL6",
        serves=("collaboration",),
        title="A second expert",
        what="Find the questions that always end with the same few people. Name a second place to ask for each, and "
        "fixed hours for the rest.",
        evidence="B",
        source="Cross, Rebele & Grant 2016: observed in more than 300 organizations",
    ),
)

BOUNDARIES = (
    Play(
        id="PB1",
        serves=("boundaries",),
        title="Protected time off",
        what="Choose one evening or half day a week in which nobody in the team works or answers. Check every week "
        "whether it held for all, and what got in the way.",
        evidence="B",
        source="Perlow & Porter 2009: field experiment with consulting teams",
    ),
    Play(
        id="PB2",
        serves=("boundaries",),
        title="No need to answer now",
        what="Write into messages sent outside working hours when an answer is expected, or send them later. Start "
        "with your own.",
        evidence="A",
        source="Giurge & Bohns 2021: eight studies on the urgency that readers assume",
    ),
    Play(
        id="PB3",
        serves=("boundaries",),
        title="Ask before passing on",
        what="Agree that what somebody tells about themselves stays where it was said, unless they say otherwise. Ask "
        "first, also when it is meant well.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PB4",
        serves=("boundaries",),
        title="A sentence for being at the limit",
        what="Agree on one sentence that says 'I am at my limit'. Whoever leads then decides the same day what can "
        "wait.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PB5",
        serves=("boundaries",),
        title="How I like to work",
        what="Each writes a card: hours, channel, tone, and what is private. Read them together, the lead first.",
        evidence="C",
        source="Practice",
    ),
)

# ---------------------------------------------------------------------------------------------------------- the modules

EMPATHY = (
    Play(
        id="PE1",
        serves=("empathy", "follow_through"),
        title="Ask again next week",
        what="After a talk, note one thing a colleague told you: a plan, a worry, a date. Ask about it a week later. "
        "Keep the note to yourself, and throw it away when you have asked.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PE2",
        serves=("empathy",),
        title="The other side first",
        what="When the team is divided, take ten minutes in which everybody argues for the view they do not hold. Only "
        "then decide.",
        evidence="C",
        source="Practice",
    ),
)

FLEXIBILITY = (
    Play(
        id="PF1",
        serves=("flexibility",),
        title="Suppose it has failed",
        what="Before a project starts, imagine for twenty minutes that it went wrong, and collect the reasons. Agree "
        "on one other way for the likeliest of them, and on the sign that would make you take it.",
        evidence="C",
        source="Practice",
    ),
)

RECOGNITION = (
    Play(
        id="PR1",
        serves=("recognition",),
        title="Thanks that say what for",
        what="Thank one person a day, in their own words and not in a form: what did they do, and what did it change "
        "for you or for others? Say it to them, in person where you can.",
        evidence="A",
        source="Grant & Gino 2010: in experiments, a leader's thanks raised the effort of those thanked",
    ),
    Play(
        id="PR2",
        serves=("recognition", "tone"),
        title="One shout-out a week",
        what="Close the weekly meeting with one piece of work that was well done, and why. Another person chooses it "
        "each week, so that it is not always the same eyes.",
        evidence="A",
        source="Bradler et al. 2016: randomised, output rose, mostly of those who were not named",
    ),
    Play(
        id="PR3",
        serves=("recognition",),
        title="Days worth remembering",
        what="Ask who would like a day remembered: a start date, a finished course, a birthday. Write those into a "
        "shared calendar and say something on the day. Whoever gives no date is left in peace.",
        evidence="C",
        source="Practice",
    ),
)

FEEDBACK = (
    Play(
        id="PFB1",
        serves=("feedback",),
        title="Be the first to ask",
        what="Ask each person for one thing you could do better, about your work and not about you. Say thank you and "
        "nothing else, and tell the team at the next meeting what you changed.",
        evidence="B",
        source="Kluger & DeNisi 1996: feedback helped by d = .41, but over a third of it did harm, so keep to the task",
    ),
    Play(
        id="PSD1",
        serves=("feedback", "tone"),
        title="Two minutes after a talk",
        what="After a talk that mattered, write down two lines: what went well, and what you would do otherwise next "
        "time. Offer the habit to the team by telling one of your own.",
        evidence="C",
        source="Practice",
    ),
)

MENTORING = (
    Play(
        id="PM1",
        serves=("mentoring",),
        title="A mentor for every newcomer",
        what="Give each person who joins somebody to ask, from the first day and without having to apply. Agree on one "
        "half hour a week for the first month. Whoever would rather not can say so.",
        evidence="A",
        source="Sandvik et al. 2021: randomised, 18 % more revenue where all had a mentor, little for volunteers",
    ),
    Play(
        id="PM2",
        serves=("mentoring",),
        title="A regular hour with a senior",
        what="Invite four or five people to an hour with somebody senior, every two weeks at the same time. They bring "
        "the questions. Stop after two months unless people say that it helps.",
        evidence="B",
        source="Choudhury, Lane & Bojinov 2021: 1,370 interns, randomised; only regular meetings helped",
    ),
)

SUPPORT = (
    Play(
        id="PS1",
        serves=("support",),
        title="A round of offers",
        what="Sit together for an hour. Everybody offers one hour of help, then everybody asks for one thing; offers "
        "come first. Write down who does what by when.",
        evidence="C",
        source="Practice",
    ),
)

BELONGING = (
    Play(
        id="PBE1",
        serves=("belonging",),
        title="Company for whoever wants it",
        what="In the next one-to-ones, ask each person the same: whom would you like to know better, and would "
        "somebody to go to lunch with help? Arrange two introductions for whoever says yes, and none for the others.",
        evidence="C",
        source="Practice; Boudreau et al. 2017 on brief meetings",
    ),
    Play(
        id="PBE2",
        serves=("belonging",),
        title="A page about how I work",
        what="Write half a page about yourself at work: what gives you energy, what takes it, what people get wrong. "
        "Share it first, then invite the others to write as much or as little as they like.",
        evidence="C",
        source="Practice",
    ),
)

FOLLOW_THROUGH = (
    Play(
        id="PFT1",
        serves=("follow_through",),
        title="Dates by those who do the work",
        what="Let whoever does a task name its date, and ask what could get in the way. Agree that a date in danger is "
        "said as soon as it is seen, and that saying it is never held against anybody.",
        evidence="C",
        source="Practice",
    ),
)

REMOTE = (
    Play(
        id="PV1",
        serves=("remote",),
        title="Days together, news in writing",
        what="Plan the days in one place for talking and getting to know each other, not for quiet work. Publish news "
        "in writing before anybody tells it in a room. Cameras are each person's own choice.",
        evidence="B",
        source="Yang et al. 2022: 61,000 employees; working from home made networks more fixed and more apart",
    ),
)

CULTURES = (
    Play(
        id="PX1",
        serves=("cultures",),
        title="How is it done where you come from?",
        what="In half an hour, each tells one habit of work that was usual where they learned it: how to say no, to be "
        "late, to disagree. Afterwards, say agreements back in your own words before you leave a meeting.",
        evidence="C",
        source="Practice",
    ),
)

CONFLICT = (
    Play(
        id="PK1",
        serves=("conflict",),
        title="Talk early, in five steps",
        what="Take up a disagreement within the week: what happened, what it did, what the other side says, a way "
        "that both can live with, and a day to look at it again. Offer to sit in, and do not decide for them.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PK2",
        serves=("conflict", "tone"),
        title="Half a year of civility",
        what="Once every two weeks, the team talks for half an hour about how people treat each other here: what is "
        "respect to us, and what will we do about it until next time? Ask the people team for somebody to lead it.",
        evidence="B",
        source="Leiter et al. 2011: 8 units beside 33 others; civility and trust rose, partly still after a year",
    ),
    Play(
        id="PK3",
        serves=("conflict",),
        title="A way out of a bad tie",
        what="Tell everybody what is there when working with somebody has become unbearable: whom to turn to in HR or "
        "outside it, that notes help, and that a mediator can be had. On their own page, each can say with whom "
        "they do not want to be paired; nobody else reads that.",
        evidence="C",
        source="Practice",
    ),
)

REACHING_OUT = (
    Play(
        id="PN1",
        serves=("reaching_out", "follow_through"),
        title="Half an hour for contacts",
        what="Protect thirty minutes a week in which everybody may write to or meet somebody outside the daily work. "
        "Once a quarter, remind each other of people not heard from for long.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PN2",
        serves=("reaching_out",),
        title="Three names and a topic",
        what="Each chooses three people to meet this quarter and one thing to learn from each. A short note within two "
        "days, with something from the talk, keeps the contact.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PN3",
        serves=("reaching_out",),
        title="Seniors write first",
        what="Ask each senior to keep one open hour a week, and to write the first message to two people they do not "
        "know well. Waiting for the others to dare is not an invitation.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PN4",
        serves=("reaching_out",),
        title="First lines to borrow",
        what="Collect five short opening lines that feel natural here, such as 'I read your note on … and have a "
        "question'. Put them where everybody finds them, and use one yourself this week.",
        evidence="C",
        source="Practice",
    ),
    Play(
        id="PN5",
        serves=("reaching_out",),
        title="Lunch and learn, across teams",
        what="Once a month, somebody shows in twenty minutes what their team does or has learned, and another team is "
        "invited. Seats are mixed, and the talk goes on over food.",
        evidence="C",
        source="Practice",
    ),
)

PLAYS = (
    *TRUST, *COMMUNICATION, *COLLABORATION, *BOUNDARIES,
    *EMPATHY, *FLEXIBILITY, *RECOGNITION, *FEEDBACK, *MENTORING, *SUPPORT, *BELONGING, *FOLLOW_THROUGH, *REMOTE,
    *CULTURES, *CONFLICT, *REACHING_OUT,
)  # fmt: skip
"""All of them, in the order in which equals are offered."""

BY_ID = {play.id: play for play in PLAYS}
