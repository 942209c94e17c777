"""The one process that sees answers: started for one wave, and ended with it.

`python -m surveys.apart` reads a Job from standard input and writes what came of it to standard output. It writes no
file, dumps no core and may not be traced; what it reports of a failure holds no values. So nothing of an answer is left
in the memory of a server that goes on for months.
"""

import contextlib
import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from data import memory
from data.records import Problem
from surveys.job import Job, Progress, Result

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
        try:
            return _conversation(job, child, progress)
        finally:
            child.kill()


def _environment() -> dict[str, str]:
    """What the child is told of its surroundings: none of our settings, for the key of the database is among them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")}


def _conversation(job: Job, child: "subprocess.Popen[bytes]", progress: Progress) -> Result:
    if child.stdin is None or child.stdout is None:
        raise RuntimeError("the child process was started without its pipes")
    with contextlib.suppress(BrokenPipeError), child.stdin as entry:  # a child that died says so by its silence below
        pickle.dump(job, entry, protocol=5)
    for message in _messages(child.stdout):
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
    from surveys.reasoning import reason  # noqa: PLC0415  only this process needs what it takes three seconds to load

    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        sys.stdout = sys.stderr  # whatever a library prints must not end up among the messages
        try:
            _send(out, reason(pickle.load(sys.stdin.buffer), lambda *told: _send(out, told)))  # noqa: S301  our parent's
        except Exception as error:  # noqa: BLE001  its message may quote answers, so none may pass unseen
            _send(out, _place(error))


def _send(out: BinaryIO, message: Any) -> None:
    pickle.dump(message, out, protocol=5)
    out.flush()


def _place(error: Exception) -> str:
    """What kind of failure, and where: never its message, which may hold what somebody answered."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(where.filename).name}, line {where.lineno}"


if __name__ == "__main__":
    main()
