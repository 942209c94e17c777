"""Introductions as sentences: a suggestion, what came of it, and what they added."""

from collections.abc import Mapping

from analytics.uplift import GAIN
from dashboard.readable import PAIRS, Readable
from dashboard.wording import capital, frequency, number, why_not
from data.records import ROOT, Wave

# ------------------------------------------------------------------------------------------------------ introductions

BATCH = 3
"""Introductions are shown from this many on, so that a card never points at one person."""


def introductions(count: int, first: int = 0) -> str:
    """Say how many introductions there are to make, and how many of them a page begins with."""
    if count < BATCH:
        return "No introductions to show this time."
    start = f"; start with these {number(first)}" if 0 < first < count else ""
    many = f"At least {PAIRS}" if count >= PAIRS else capital(number(count))
    return f"{many} introductions are worth making{start}."


def ended(readable: Readable, wave: Wave) -> str:
    """Say that the introductions of a wave are shown no more, because a later network wave has opened; or ''."""
    later = [each for each in readable.all_waves if each.network and each.number > wave.number]
    if not later:
        return ""
    if later[0].state != "closed":
        return "A network wave is open; what comes of the last list is counted when it closes."
    return "These introductions ended when the next network wave opened."


ABOUT_ENDED = (
    "While it is open people may say with whom they do not want to be paired. So that nobody learns of it, the whole "
    "list goes at once, and all links of its introductions with it."
)


ANSWERS = (("not_now", "Not now"), ("never", "Never"))
"""What a manager may say to one introduction: the word that is kept, and the button's label. To propose some, they
choose a batch."""
ANSWERED: Mapping[str, str] = {
    "introduced": "Proposed. Each of the two is asked alone; what they say stays with them.",
    "not_now": "Not now. It may come back another time.",
    "never": "Never. These two will not be suggested again.",
}


def about_introductions(count: int) -> str:
    """Say where introductions come from, or why none is shown."""
    if count < BATCH:
        return (
            "They are shown from three on, so that a card never points at one person. Both people must have agreed to "
            "be suggested, and there must be a network wave to choose from."
        )
    return (
        "Chosen from shared work and gaps between teams. Survey answers play no part. Some slots are random, so being "
        "here says nothing about a person."
    )


def batch(chosen: int) -> str:
    """Say on the button how many are proposed."""
    return "Introduce these" if chosen < BATCH else f"Introduce these {number(chosen)}"


def about_batch(chosen: int) -> str:
    """Say what proposing does, or how many are missing."""
    if chosen < BATCH:
        return f"Choose {number(BATCH)} or more. A single card would point at two people; several do not."
    return "Each person is asked alone, and can say no without a reason and without anybody being told."


BY_YOURSELF = (
    "Nobody can be asked from here: this wave has no personal links, as with ties from elsewhere. Introduce people "
    "yourself, and let each of them say no."
)


def proposed(pairs: int) -> str:
    """Say what has just been done."""
    return (
        f"{capital(number(pairs))} pairs are being asked, each person alone. Whoever runs Rapport hands out the links; "
        "they also stand on each person's own page."
    )


STEPS: Mapping[str, tuple[str, str]] = {
    "asked": ("Pairs asked", "each person alone"),
    "agreed": ("Both said yes", "within four weeks"),
    "met": ("Met", "as at least one of the two says"),
    "tied": ("A tie in the next wave", "for work or help"),
}
"""What each step of an introduction is called, and how it is known."""


def helped(readable: Readable, wave: Wave) -> str:
    """Say whether introductions helped, with the interval, or what is missing to tell.

    'Pairs on the list have a tie 18 points more often than 40–99 pairs held back by lot (5 to 29 points, …).'
    """
    found = readable.finding(wave, ROOT, "uplift")
    if found is None:
        return ""
    if found.value is None or found.low is None or found.high is None:
        return (
            "Too early to say whether introductions help: that takes five pairs that were introduced and five that "
            "were held back by lot, with an outcome known for both."
        )
    held_back = f"{found.respondents} pairs held back by lot"
    if found.word == "no clear difference":
        gain, most = 100 * GAIN, (found.respondents or "").partition("–")[2]
        needed = readable.finding(wave, ROOT, "uplift", "needed")
        if found.high < gain:
            enough = f" A gain of {gain:.0f} points or more can be ruled out."
        elif needed and needed.value and most and int(most) < needed.value:
            enough = f" About {needed.value:.0f} would be needed to see a gain of {gain:.0f} points."
        else:
            enough = ""
        return (
            f"Whether introductions help cannot be told yet: the difference from {held_back} lies between "
            f"{signed(found.low)} and {signed(found.high)} points.{enough}"
        )
    more = "more" if found.word == "more" else "less"
    ends = sorted((abs(found.low), abs(found.high)))
    return (
        f"Pairs on the list have a tie {abs(found.value):.0f} points {more} often than {held_back} "
        f"({ends[0]:.0f} to {ends[1]:.0f} points, 95 % interval)."
    )


def signed(points: float) -> str:
    """Write a number of points with its sign.

    >>> signed(-7.0), signed(22.0)
    ('−7', '+22')
    """
    return f"{points:+.0f}".replace("-", "−")


def about_helped(readable: Readable, wave: Wave) -> str:
    """Say when it is counted what became of introductions, or why it is not shown."""
    asked = readable.finding(wave, ROOT, "introduced", "asked")
    if asked is None:
        return (
            "What becomes of introductions is counted once, when the next network wave closes, for the whole "
            "organization. Until then nothing is counted here, so that nobody can watch an answer arrive."
        )
    if not asked.shown:
        return f"From asked to tie: {why_not(asked, readable, wave.k)}."
    return (
        "Of the pairs proposed after the network wave before, in the whole organization. Counted once, when wave "
        f"{wave.name} closed, and in bands. A no and no answer are not told apart, here or anywhere."
    )


def expect(feasibility: float) -> str:
    """Say what an introduction is likely to lead to."""
    return f"About {frequency(feasibility)} such pairs talk in the months after."


def likely(low: float, high: float) -> str:
    """Say how sure that is."""
    first, last = frequency(low), frequency(high)
    return f"Likely range {first} to {last}." if first != last else ""


def host(name: str | None) -> str:
    """Say who could bring two people together."""
    return (
        f"{name} knows both and could host." if name else "Nobody is named to host. A short written hello works well."
    )
