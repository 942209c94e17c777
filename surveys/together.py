"""What is asked for at the same moment is looked up at the same moment.

A look-up costs nearly the same for one link as for sixty-four. So one runs at a time, and whatever is asked for
meanwhile waits for the next, together.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from starlette.concurrency import run_in_threadpool

MOST = 64
"""Measured: more at once gain nothing."""

Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Together(Generic[Asked, Found]):
    """Look-ups of one event loop, carried out in a thread of its pool."""

    def __init__(self, find: Callable[[Sequence[Asked]], Sequence[Found]]) -> None:
        """`find` is given up to MOST at once and answers for each, in their order."""
        self._find = find
        self._waiting: list[tuple[Asked, asyncio.Future[Found]]] = []
        self._work: asyncio.Task[None] | None = None

    async def find(self, asked: Asked) -> Found:
        """Look one thing up. Whatever the look-up raises, everybody who waited for it is told."""
        future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._until_nobody_waits())
        return await future

    async def _until_nobody_waits(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                found = await run_in_threadpool(self._find, [asked for asked, _ in some])
            except Exception as error:  # noqa: BLE001  whoever waits is told; the next look-up goes on
                for _, future in some:
                    if not future.done():  # a browser that went away cancels its own
                        future.set_exception(error)
            else:
                for (_, future), one in zip(some, found, strict=True):
                    if not future.done():
                        future.set_result(one)
