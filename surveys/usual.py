"""Answers on their shortest way to the disk: one transaction instead of two.

Nearly every set of answers is for the wave that the set before it was for. So it is read and sealed for that one, and
its link is looked up only where that was wrong: the store keeps a box only if its ballot is of the wave that the box
was sealed for, and says so.
"""

import asyncio
from collections.abc import Mapping

from data.records import Wave
from surveys import ballots, questionnaire, submission
from surveys.desk import Desk
from surveys.submission import Submission

PATIENCE = 20.0
"""Seconds that a box may take to become durable."""


class Usual:
    """The wave that answers were last for; nothing of whoever gave them."""

    def __init__(self) -> None:
        """Begin without one."""
        self.wave: Wave | None = None

    async def takes(self, desk: Desk, secret: bytes, sent: Mapping[str, str]) -> bool:
        """Whether these answers are kept now. False: look the link up, to keep them or to say why not."""
        if self.wave is None or desk.clock() >= self.wave.closes:
            return False
        read = submission.read(sent, questionnaire.from_json(self.wave.questionnaire))
        return isinstance(read, Submission) and await cast(desk, self.wave, secret, read)


async def cast(desk: Desk, wave: Wave, secret: bytes, read: Submission) -> bool:
    """Seal answers for a wave and wait until they are on the disk. False: it does not take them from this link."""
    if wave.box_key is None:
        return False
    sealed = ballots.seal(wave.box_key, read.to_bytes())
    kept = desk.intake.cast(ballots.nullifier(secret), sealed, wave.wave_id)
    return await asyncio.wait_for(asyncio.wrap_future(kept), PATIENCE)
