"""The nearest thing to what somebody wrote: the last part of most error sentences."""

import bisect
import difflib
from collections.abc import Iterable

COMPARED = 2000
"""Of very many names only those next to it in the alphabet are compared: a sentence must not take seconds."""


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """A sentence to append, with a space before it: " Did you mean 'Sales / North'?"; '' when nothing comes near.

    Capitals do not count.
    """
    spelled = {each.casefold(): each for each in known}
    written = value.casefold()
    near = difflib.get_close_matches(written, _around(written, spelled), n=1, cutoff=0.5)
    return f" Did you mean '{spelled[near[0]]}'?" if near else ""


def _around(written: str, known: Iterable[str]) -> list[str]:
    names = sorted(known)
    place = bisect.bisect(names, written)
    first = max(0, min(place - COMPARED // 2, len(names) - COMPARED))
    return names[first : first + COMPARED]
