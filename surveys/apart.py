"""The one process that sees answers: started for one wave, and ended with it.

Where there are many boxes, it has others open them, which are its own copies and end with it.

`python -m surveys.apart` reads a Job from standard input and writes what came of it to standard output. It writes no
file, dumps no core and may not be traced; what it reports of a failure holds no values. So nothing of an answer is left
in the memory of a server that goes on for months.
"""

import contextlib
import gc
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from data import memory
from data.records import Problem
from surveys.job import Box, Job, Progress, Result, Sealed

_PACKAGES = Path(__file__).resolve().parents[1]


def in_a_process(job: Job, progress: Progress = lambda _sentence, _share: None) -> Result:
    """`reason` in a process of its own. `Problem` when it ends without a result; nothing has changed then."""
    with subprocess.Popen(
        [sys.executable, "-m", "surveys.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_PACKAGES,
        env=_environment(),
    ) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child process was started without its pipes")
        feeder = threading.Thread(target=_feed, args=(job, child.stdin), name="feeding", daemon=True)
        feeder.start()
        try:
            return _heard(job, child, child.stdout, progress)
        finally:
            child.kill()
            feeder.join()


def _feed(job: Job, entry: IO[bytes]) -> None:
    """The job, and its boxes after it: neither process ever holds them all."""
    with contextlib.suppress(Exception), entry:  # whatever ends it early, the child misses the end and says so
        if not isinstance(job.pulse, Sealed):
            _send(entry, job)
            return
        _send(entry, replace(job, pulse=replace(job.pulse, boxes=_boxes)))
        with contextlib.closing(job.pulse.boxes()) as boxes:
            for some in boxes:
                _send(entry, some)
        _send(entry, ())


def _boxes() -> Generator[Sequence[Box]]:
    """Those that follow a job, until none do. EOFError where they break off: fewer than all must never be counted."""
    while some := pickle.load(sys.stdin.buffer):  # noqa: S301  our parent's
        yield some


def _environment() -> dict[str, str]:
    """What the child is told of its surroundings: none of our settings, for the key of the database is among them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}


def _heard(job: Job, child: "subprocess.Popen[bytes]", out: IO[bytes], progress: Progress) -> Result:
    for message in _messages(out):
        match message:
            case Result():
                return message
            case str(failure):
                raise Problem(f"The answers of wave '{job.wave.name}' could not be counted: {failure}.")
            case (sentence, share):
                progress(sentence, share)
    raise Problem(f"The process that counts wave '{job.wave.name}' ended (status {child.wait()}) before it was done.")


def _messages(stream: Any) -> Iterator[Any]:
    with contextlib.suppress(EOFError, pickle.UnpicklingError):  # it ended between messages, or within one
        while True:
            yield pickle.load(stream)  # noqa: S301  written by our own child


def main() -> None:
    """The child's whole life: a Job in, progress and a Result, or the place where it failed, out."""
    memory.leave_no_core()
    gc.set_threshold(100_000)  # millions of objects live to the end: looking for cycles so often takes a tenth longer
    from surveys.reasoning import reason  # noqa: PLC0415  only this process needs what it takes three seconds to load

    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        sys.stdout = sys.stderr  # whatever a library prints must not end up among the messages
        try:
            _send(out, reason(pickle.load(sys.stdin.buffer), lambda *told: _send(out, told)))  # noqa: S301  our parent's
        except Exception as error:  # noqa: BLE001  its message may quote answers, so none may pass unseen
            _send(out, _place(error))


def _send(out: IO[bytes], message: Any) -> None:
    pickle.dump(message, out, protocol=5)
    out.flush()


def _place(error: Exception) -> str:
    """What kind of failure, and where: never its message, which may hold what somebody answered."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(where.filename).name}, line {where.lineno}"


if __name__ == "__main__":
    main()
