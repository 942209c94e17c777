"""What goes with how it is overall, and what comments are about: of the whole organization, where it holds."""

from dashboard import parts, wording
from dashboard.quality import decimals
from dashboard.readable import Readable
from data.records import ROOT, Wave

MOST = 3
"""Statements told of for each outcome: the rest go with it less."""
STRONGLY, CLEARLY = 0.5, 0.3
"""Correlations from which statements go with one another strongly, and clearly (Cohen 1988: large and medium)."""
TURNED = " :gray[(turned round)]"
ROUND = "A statement turned round counts the other way: it is disagreeing with it that goes with the other."
ONE_SURVEY = "Answers that go together: one survey cannot tell what leads to what."
FIVE_COMMENTS = "Words that people use together, each in five comments or more; never a name."


def show(page: Readable, wave: Wave) -> None:
    """Draw both sections; nothing where too few answered, or wrote something."""
    goes_with(page, wave)
    themes(page, wave)


def goes_with(page: Readable, wave: Wave) -> None:
    """Draw which statements go with the outcomes, or that none does."""
    looked = [found for found in page.findings(wave, ROOT, "drivers") if found.shown]
    if not looked:
        return
    parts.section("What goes with how it is overall")
    told = rows(page, wave)
    if not told:
        parts.remark(nothing_goes_with(page, wave))
        return
    parts.table(told, alt="Which statements go with how people say it is overall, and how closely.")
    turned = any(TURNED in row["Statement"] for row in told)
    parts.note(" ".join([looked_at(page, wave), ONE_SURVEY, ROUND * turned]).strip())


def rows(page: Readable, wave: Wave) -> list[dict[str, str]]:
    """Say for each outcome which statements go with it, the closest first: at most MOST."""
    of_outcome: dict[str, list[tuple[float, dict[str, str]]]] = {}
    for found in page.findings(wave, ROOT, "driver"):
        item, outcome = found.subject.split(" ")
        value, low, high = (each or 0.0 for each in (found.value, found.low, found.high))
        row = {
            "Statement": statement(page, wave, item),
            "goes with": statement(page, wave, outcome),
            "How closely": how_closely(value),
            "Correlation": f"{decimals(value)} ({decimals(low)} to {decimals(high)})",
        }
        of_outcome.setdefault(outcome, []).append((value, row))
    return [row for told in of_outcome.values() for _, row in sorted(told, key=lambda each: -each[0])[:MOST]]


def statement(page: Readable, wave: Wave, item_id: str) -> str:
    """Write a statement as it was asked, and whether it is turned round."""
    asked = page.asked(wave)
    item = next((each for each in asked.items if each.id == item_id), None) if asked else None
    if item is None:
        return parts.plain(item_id)
    return parts.plain(item.text) + (TURNED if item.reverse else "")


def how_closely(value: float) -> str:
    """Say a correlation in a word.

    >>> how_closely(0.55), how_closely(0.35), how_closely(0.25)
    ('strongly', 'clearly', 'somewhat')
    """
    return "strongly" if value >= STRONGLY else "clearly" if value >= CLEARLY else "somewhat"


def looked_at(page: Readable, wave: Wave) -> str:
    """Say how many statements were held beside the outcomes, so that a reader can judge what one of them is worth."""
    many = int(max(found.value or 0 for found in page.findings(wave, ROOT, "drivers")))
    return f"Held beside each: {wording.counted(many, 'statement')}; shown are up to {wording.number(MOST)}."


def nothing_goes_with(page: Readable, wave: Wave) -> str:
    """Say that nothing was found, or that nothing could be looked at."""
    if not any(found.value for found in page.findings(wave, ROOT, "drivers")):
        return "No dimension is answered consistently enough to look at what goes with it."
    return "Nothing goes with the outcome more than chance and one mood on the day explain."


def themes(page: Readable, wave: Wave) -> None:
    """Draw what many comments are about, or that they are about many things."""
    read = page.finding(wave, ROOT, "themes")
    if read is None or not read.shown:
        return
    parts.section("What comments are about")
    found = sorted(page.findings(wave, ROOT, "theme"), key=lambda theme: int(theme.subject))
    if not found:
        parts.remark("No theme stands out: people wrote about many different things.")
        return
    parts.table(
        [{"Words": f"**{parts.plain(theme.word or '')}**", "Comments": theme.respondents or ""} for theme in found],
        alt="Words that people used together in their comments, and in how many comments.",
    )
    parts.note(f"Of {read.respondents} comments. {FIVE_COMMENTS}")
