"""Looking up together: nobody waits for more than the look-up that runs, and everybody gets their own answer."""

import asyncio
import threading

import pytest
from conftest import in_a_thread

from surveys.together import MOST, Together


def test_what_is_asked_for_during_a_look_up_is_looked_up_together_in_the_next():
    begun, go_on, looked_up = threading.Event(), threading.Event(), []

    def find(asked):
        looked_up.append(list(asked))
        begun.set()
        assert go_on.wait(60)
        return [number * 10 for number in asked]

    async def scene():
        together = Together(find)
        first = asyncio.create_task(together.find(0))
        await asyncio.to_thread(begun.wait, 60)
        others = [asyncio.create_task(together.find(number)) for number in range(1, MOST + 3)]
        await asyncio.sleep(0)  # each has asked
        go_on.set()
        return await asyncio.gather(first, *others)

    assert in_a_thread(asyncio.run, scene()) == [number * 10 for number in range(MOST + 3)]
    assert [len(each) for each in looked_up] == [1, MOST, 2]


def test_whoever_waited_for_a_look_up_that_failed_is_told_and_the_next_goes_on():
    answers = iter([OSError("the disk"), [2]])

    def find(_asked):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def scene():
        together = Together(find)
        with pytest.raises(OSError, match="the disk"):
            await together.find(1)
        return await together.find(2)

    assert in_a_thread(asyncio.run, scene()) == 2


def test_whoever_goes_away_takes_nothing_from_the_others():
    begun, go_on = threading.Event(), threading.Event()

    def find(asked):
        begun.set()
        assert go_on.wait(60)
        return list(asked)

    async def scene():
        together = Together(find)
        gone, stays = (asyncio.create_task(together.find(each)) for each in ("gone", "stays"))
        await asyncio.to_thread(begun.wait, 60)
        gone.cancel()
        await asyncio.sleep(0)
        go_on.set()
        return await stays

    assert in_a_thread(asyncio.run, scene()) == "stays"


def test_it_serves_one_event_loop_after_another():
    together = Together(list)
    assert [in_a_thread(asyncio.run, together.find(each)) for each in ("one", "two")] == ["one", "two"]
