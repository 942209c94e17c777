# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""How many answers a second are acknowledged once they are on the disk, over HTTP, beside a path without group commit.

    .venv/bin/python benchmarks/intake.py            64 clients for 20 seconds each; 16 clients beside 5 dashboards
    .venv/bin/python benchmarks/intake.py --quick    a second each: that it runs

Server and clients share the machine. The rival is the same server with a commit for every box by itself, measured in
turns with ours. A client posts a whole form, waits for the answer that says it is kept, and posts the next one's.
The disk's own rate is that of 4 kB appended and synced, again and again.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # here, `statistics` is a file

import argparse
import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from statistics import median, quantiles
from urllib.parse import urlsplit

import httpx2
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks import answering
from benchmarks.claims import Bound, claimed, table
from docs.pictures import served

PEOPLE = 4000
"""Who may answer; whoever runs out of people begins anew, as somebody who changes an answer does."""
CLIENTS, FEWER, DASHBOARDS = 64, 16, 5
ONE_EACH = "import data.intake as intake; intake.BATCH = 1; from dashboard.__main__ import main; main()"


@dataclass(frozen=True)
class Taken:
    """What one run acknowledged."""

    seconds: float
    milliseconds: Sequence[float]
    """Of every answer, from its first byte sent to the last byte of what says it is kept."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds

    def slowest(self, share: float) -> float:
        """The milliseconds within which that share was acknowledged, in hundredths."""
        return quantiles(self.milliseconds, n=100)[round(share * 100) - 1]


@dataclass(frozen=True)
class Results:
    """Everything that was measured."""

    syncs: float
    ours: Sequence[Taken]
    rival: Sequence[Taken]
    beside: Taken
    """With fewer clients, while dashboards are drawn again and again."""
    drawn: int
    """How often they were."""


def measure(*, seconds: float = 20.0, rounds: int = 3, people: int = PEOPLE) -> Results:
    """Make an organization, open a wave, and answer it."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        database = here / "rapport.duckdb"
        codes = answering.open_wave(database, people)
        ours, rival = [], []
        for _ in range(rounds):
            with served(database) as (address, _):
                ours.append(asyncio.run(_answer(address, codes, CLIENTS, seconds)))
            with served(database, ["-c", ONE_EACH]) as (address, _):
                rival.append(asyncio.run(_answer(address, codes, CLIENTS, seconds)))
        with served(database) as (address, link), _dashboards(address, link) as drawn:
            before = next(drawn)
            beside = asyncio.run(_answer(address, codes, FEWER, seconds))
            return Results(_syncs(here), ours, rival, beside, next(drawn) - before - 1)


# ----------------------------------------------------------------------------------------------------------- answering


async def _answer(address: str, codes: Sequence[str], clients: int, seconds: float) -> Taken:
    """Have clients answer one form after the other, each over a connection of its own, until the time is over."""
    host = urlsplit(address).netloc
    values = dict.fromkeys(answering.ITEMS, 4)
    forms = [answering.form(host, code, values) for code in codes]
    turn, times = count(), list[float]()
    began = time.monotonic()

    async def client() -> None:
        stream = await asyncio.open_connection(*host.split(":"))
        while (sent := time.monotonic()) < began + seconds:
            await answering.send(stream, forms[next(turn) % len(forms)])
            times.append((time.monotonic() - sent) * 1000)
        stream[1].close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return Taken(time.monotonic() - began, times)


@contextmanager
def _dashboards(address: str, link: str) -> Iterator[Iterator[int]]:
    """Keep the overview open five times, each drawn anew as soon as it is drawn; gives how often so far."""
    browser = httpx2.Client()
    code = link.partition("#")[2]
    browser.post(f"{address}/signin", data={"code": code, "enter": "1"})
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    drawn, over = count(), threading.Event()
    threads = [threading.Thread(target=_draw, args=(address, cookies, drawn, over)) for _ in range(DASHBOARDS)]
    for thread in threads:
        thread.start()
    try:
        yield drawn
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _draw(address: str, cookies: str, drawn: Iterator[int], over: threading.Event) -> None:
    again = BackMsg()
    again.rerun_script.query_string = ""
    headers = {"Cookie": cookies, "Origin": address}
    stream = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(stream, additional_headers=headers, subprotocols=["streamlit"], max_size=None) as page:  # type: ignore[list-item]
        while not over.is_set():
            page.send(again.SerializeToString())
            while not _finished(page.recv(timeout=60)):
                pass
            next(drawn)


def _finished(received: bytes | str) -> bool:
    message = ForwardMsg()
    message.ParseFromString(received if isinstance(received, bytes) else received.encode())
    return message.WhichOneof("type") == "script_finished"


def _syncs(folder: Path, seconds: float = 2.0) -> float:
    """How often a second 4 kB can be appended and synced."""
    block, done = os.urandom(4096), 0
    began = time.monotonic()
    with (folder / "sync").open("wb", buffering=0) as file:
        while time.monotonic() < began + seconds:
            file.write(block)
            os.fdatasync(file.fileno())
            done += 1
    return done / seconds


# --------------------------------------------------------------------------------------------------------------- tables


def bounds(found: Results) -> list[Bound]:
    """What Rapport claims of its intake."""
    ours = median(one.rate for one in found.ours)
    times = median(a.rate / b.rate for a, b in zip(found.ours, found.rival, strict=True))
    slow = found.beside.slowest(0.99)
    return [
        Bound(f"At least 400 answers a second with {CLIENTS} clients", f"{ours:.0f}", ours >= 400),
        Bound("At least four times a commit for each", f"{times:.1f}", times >= 4),
        Bound(f"99 of 100 in 300 ms with {FEWER} clients beside {DASHBOARDS} dashboards", f"{slow:.0f} ms", slow < 300),
    ]


COLUMNS = ["a second", "half within, ms", "95 of 100", "99 of 100"]


def report(found: Results) -> Iterable[str]:
    """Lay everything out as a plain table."""
    yield f"The disk syncs 4 kB {found.syncs:,.0f} times a second."
    runs = {
        **{f"together, run {at}": one for at, one in enumerate(found.ours, start=1)},
        **{f"a commit for each, run {at}": one for at, one in enumerate(found.rival, start=1)},
        f"together, {FEWER} clients, {found.drawn} dashboards drawn meanwhile": found.beside,
    }
    rows = {
        name: [f"{one.rate:.0f}", *(f"{one.slowest(share):.0f}" for share in (0.5, 0.95, 0.99))]
        for name, one in runs.items()
    }
    yield from table("ANSWERS, acknowledged when durable", COLUMNS, rows)
    yield from claimed(bounds(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when something that Rapport claims does not hold."""
    asked_for = argparse.ArgumentParser(
        description="Measure how fast answers are taken in, beside a path without group commit."
    )
    asked_for.add_argument("--quick", action="store_true", help="a second each, few people: that it runs")
    given = asked_for.parse_args(arguments)
    found = measure(seconds=1, rounds=1, people=200) if given.quick else measure()
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
