"""Whether time goes on evenly: a close cannot be undone, so none rests on a clock that has just jumped."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

JUMP = timedelta(minutes=10)
"""By how much the clock may be set while nobody doubts it."""
PAUSE = timedelta(hours=1)
"""How long whoever looks after the machine has to set it right."""

UNITS = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}


def steady() -> float:
    """Seconds since the machine started, asleep or not, whatever its clock is set to."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class Evenly:
    """What the clock says beside the seconds that have passed."""

    def __init__(self, clock: Callable[[], datetime], steady: Callable[[], float] = steady) -> None:
        """Trust the clock as it is now."""
        self._clock, self._steady = clock, steady
        self._seen = clock(), steady()
        self._until, self._said = 0.0, ""

    def doubt(self) -> str | None:
        """Say why nothing may be closed just now; None while the clock goes evenly."""
        (then, before), (now, passed) = self._seen, (self._clock(), self._steady())
        self._seen = now, passed
        jump = now - then - timedelta(seconds=passed - before)
        if abs(jump) > JUMP:
            self._until = passed + PAUSE.total_seconds()
            name, unit = next((name, unit) for name, unit in UNITS.items() if abs(jump) >= 2 * unit)
            far = f"{round(abs(jump) / unit):,} {name}s"
            self._said = (
                f"The clock of this machine went {far} {'forward' if jump > timedelta() else 'back'} at once. If it is "
                f"wrong, set it right: for an hour no wave is closed by itself. rapport wave close closes one now."
            )
        return self._said if passed < self._until else None
