"""How well the questions worked, over the whole organization: findings as sentences, and the section for them."""

from analytics.disclosure import Finding
from dashboard import parts, wording
from dashboard.readable import Readable
from data.records import ROOT, Wave

MEASURE_ONE_THING = {
    "good": "yes",
    "fair": "mostly",
    "weak": "hardly: read its statements one by one",
}
TOLD_APART = {"well": "well", "roughly": "roughly", "hardly": "hardly"}
SPEAK_FOR = {
    "high": "The figures speak for the people asked.",
    "fair": "The figures speak for most people asked; who was silent may have said something else.",
    "low": "The figures speak for those who answered. Fewer than two in three did.",
}
NO_RANKING = (
    "However well teams can be told apart, neighbours in a ranking change places by chance: there is none here."
)
WHY_NOT = {
    "fewer_than_100": "from 100 people on",
    "fewer_than_10_teams": "from ten teams on",
    "not_defined": "cannot be known",
}


def show(page: Readable, wave: Wave) -> None:
    """Draw how well the questions of a wave worked, or say why nothing can be said."""
    parts.section("How well did the questions work?")
    parts.remark(f"In {wave.name}. {speaks_for(page, wave)}".strip())
    table = rows(page, wave)
    if not table:
        parts.remark(nothing_known(page, wave))
        return
    parts.table(table, alt="For each dimension, whether its statements measure one thing and how far teams differ.")
    parts.note(f"{straight(page, wave)} {NO_RANKING}".strip())


def speaks_for(page: Readable, wave: Wave) -> str:
    """Say for whom the figures of a wave speak."""
    found = page.finding(wave, ROOT, "response", "pulse")
    return SPEAK_FOR.get(found.word or "", "") if found is not None else ""


def nothing_known(page: Readable, wave: Wave) -> str:
    """Say why nothing is said of the questions of a wave."""
    if not page.findings(wave, ROOT, "alpha"):
        return "This wave closed before Rapport looked at its questions."
    return "Whether statements go together shows once 100 people have answered all of a dimension; fewer did."


def rows(page: Readable, wave: Wave) -> list[dict[str, str]]:
    """Say of each dimension whether its statements measure one thing, and how far teams can be told apart by it.

    Nothing where neither is known of any.
    """
    alphas, apart = (
        {name: page.finding(wave, ROOT, kind, name) for name in page.dimensions(wave)} for kind in ("alpha", "icc2")
    )
    if not any(found is not None and found.shown for found in (*alphas.values(), *apart.values())):
        return []
    return [
        {
            "Dimension": parts.plain(page.dimension_name(name, wave.wave_id)),
            "Its statements measure one thing": _said(alphas[name], MEASURE_ONE_THING),
            "Alpha": figure(alphas[name]),
            "Omega": figure(page.finding(wave, ROOT, "omega", name)),
            "Teams can be told apart": _said(apart[name], TOLD_APART),
            "ICC(1)": figure(page.finding(wave, ROOT, "icc1", name)),
            "ICC(2)": figure(apart[name]),
        }
        for name in page.dimensions(wave)
    ]


def _said(found: Finding | None, words: dict[str, str]) -> str:
    if found is None or not found.shown:
        return parts.quiet(WHY_NOT.get(found.reason or "", "") if found is not None else "")
    return words[found.word or ""]


def figure(found: Finding | None) -> str:
    """Write a figure between 0 and 1, with its interval where it has one: '.85 (.80 to .90)'."""
    if found is None or found.value is None:
        return ""
    if found.low is None or found.high is None:
        return decimals(found.value)
    return f"{decimals(found.value)} ({decimals(found.low)} to {decimals(found.high)})"


def decimals(value: float) -> str:
    """Write a figure that cannot be above 1: '.85', '-.05', '1.00'.

    >>> decimals(0.85), decimals(-0.05), decimals(0), decimals(1)
    ('.85', '−.05', '.00', '1.00')
    """
    return f"{value:.2f}".replace("0.", ".", 1).replace("-", "−")


def straight(page: Readable, wave: Wave) -> str:
    """Say how many gave the same answer to everything; '' where it is not known."""
    found = page.finding(wave, ROOT, "straight", "pulse")
    if found is None or found.word is None:
        return ""
    return f"{found.word} gave the same answer to everything, though some statements say the opposite of others."


def alike(page: Readable, wave: Wave, team_id: str) -> str:
    """Say which dimensions a team's people see alike and over which they are split; '' where it is neither.

    'Seen alike: trust. Opinions are split: boundaries.'
    """
    seen: dict[str, list[str]] = {}
    for name in page.dimensions(wave):
        found = page.finding(wave, team_id, "agreement", name)
        if found is not None and found.word:
            seen.setdefault(found.word, []).append(page.dimension_name(name, wave.wave_id).lower())
    said = (("strong", "Seen alike"), ("split", "Opinions are split"))
    return " ".join(f"{words}: {wording.listing(seen[word])}." for word, words in said if word in seen)
