"""The nearest thing to what somebody wrote: the last part of most error sentences."""

import difflib
from collections.abc import Iterable


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """A sentence to append, with a space before it: " Did you mean 'Sales / North'?"; '' when nothing comes near.

    Capitals do not count.
    """
    spelled = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(value.casefold(), spelled, n=1, cutoff=0.5)
    return f" Did you mean '{spelled[near[0]]}'?" if near else ""
