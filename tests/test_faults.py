"""What breaks beneath us: a full disk, a torn or damaged log, a damaged file. Nothing acknowledged is lost.

A server that is killed is `benchmarks/kills.py`; crashes between any two steps are `test_state_machine.py`.
"""

import os
import platform
import shutil
import signal
import subprocess
import sys

import httpx2
import pytest
from conftest import REPOSITORY

from benchmarks import answering
from data.records import Problem
from data.store import Store
from docs.pictures import running
from docs.pictures import served as served_again

SIZE = 4144
"""Bytes of a sealed box."""


def written(store, number, boxes=8):
    """One transaction."""
    rows = [value for each in range(boxes) for value in (b"%d-%d" % (number, each), os.urandom(SIZE))]
    with store.writing() as db:
        db.execute(f"INSERT INTO box VALUES {', '.join(['(?, ?)'] * boxes)}", rows)


def held(path):
    """How many boxes a database holds."""
    store = Store.open(path)
    try:
        with store.reading() as db:
            return db.execute("SELECT count(*) FROM box").fetchall()[0][0]
    finally:
        store.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A database in use, of which six transactions are in the log only; where the log ended after each."""
    path = tmp_path_factory.mktemp("served") / "rapport.duckdb"
    store = Store.open(path)
    log = path.with_name(path.name + ".wal")
    ends = []
    for number in range(6):
        written(store, number)
        ends.append(log.stat().st_size)
    yield path, ends
    store.close()


def copied(path, folder):
    """The files as they are on the disk now."""
    for file in path.parent.glob(path.name + "*"):
        if file.is_file():
            shutil.copy(file, folder / file.name)
    return folder / path.name, folder / (path.name + ".wal")


def test_a_log_that_breaks_off_holds_every_transaction_that_was_written_before(served, tmp_path):
    path, ends = served
    for kept, end in enumerate(ends):
        for torn in (end, end + 10, end + 20_000):
            file, log = copied(path, tmp_path)
            os.truncate(log, min(torn, ends[-1]))
            assert held(file) == 8 * (kept + 1), f"cut at {torn} of {ends}"


def flipped(file, at):
    """One byte of a file is another."""
    with file.open("r+b") as stream:
        stream.seek(at)
        [byte] = stream.read(1)
        stream.seek(at)
        stream.write(bytes([byte ^ 255]))


@pytest.mark.parametrize("at", [0, 2, 5])
def test_a_damaged_log_is_said_to_be_damaged_and_left_as_it_is(served, tmp_path, at):
    path, ends = served
    file, log = copied(path, tmp_path)
    flipped(log, ends[at] - 3000)
    before = log.read_bytes(), file.read_bytes()

    with pytest.raises(Problem, match=r"The log beside the database .* is damaged.*rapport restore"):
        Store.open(file)
    assert (log.read_bytes(), file.read_bytes()) == before


@pytest.mark.parametrize("damage", [lambda file: flipped(file, 5000), lambda file: os.truncate(file, 1_000_000)])
def test_a_damaged_file_is_said_to_be_damaged_and_left_as_it_is(served, tmp_path, damage):
    whole = tmp_path / "whole"
    whole.mkdir()
    file, _ = copied(served[0], whole)
    for number in range(50):
        store = Store.open(file)
        written(store, 100 + number)
        store.close()
    damage(file)
    before = file.read_bytes()

    with pytest.raises(Problem, match=r"is damaged.*rapport restore"):
        Store.open(file)
    assert file.read_bytes() == before


WITHOUT_ROOM = """
import os, resource, sys
from pathlib import Path

sys.path.insert(0, sys.argv[2] + "/tests")
import data
from data.store import Store
from test_faults import held, written

path = Path(sys.argv[1])
store = Store.open(path)
log = path.with_name(path.name + ".wal")
acknowledged = 0
for number in range(3):
    written(store, number)
    acknowledged += 8
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size + 10_000, most))
for number in range(3, 6):
    try:
        written(store, number)
    except Exception as error:
        print(type(error).__name__)
    else:
        acknowledged += 8
with store.reading() as db:
    print(db.execute("SELECT count(*) FROM box").fetchall()[0][0] == acknowledged)
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
written(store, 6)
acknowledged += 8
with store.reading() as db:
    print(db.execute("SELECT count(*) FROM box").fetchall()[0][0] == acknowledged)
os.system(f"cp {path} {path}.copy && cp {log} {path}.copy.wal")
print(held(Path(f"{path}.copy")) == acknowledged)
"""


def test_without_room_for_the_log_nothing_is_acknowledged_and_nothing_is_lost_and_with_room_it_goes_on(tmp_path):
    """A limit on the size of files stands in for a full disk: the write fails in the same place."""
    command = [sys.executable, "-c", WITHOUT_ROOM, tmp_path / "rapport.duckdb", REPOSITORY]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["TransactionException"] * 3 + ["True"] * 3


FAILING_SYNCS = """
import ctypes, platform, signal, struct, sys

def no_sync_works_any_more(*_):
    fsync, fdatasync, seccomp = {"x86_64": (74, 75, 317), "aarch64": (82, 83, 277)}[platform.machine()]
    load, equal, give, allow, refuse = 0x20, 0x15, 0x06, 0x7FFF0000, 0x00050000 | 5
    steps = [(load, 0, 0, 0), (equal, 1, 0, fsync), (equal, 0, 1, fdatasync), (give, 0, 0, refuse), (give, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    system = ctypes.CDLL(None)
    assert system.prctl(38, 1, 0, 0, 0) == 0
    assert system.syscall(seccomp, 1, 1, ctypes.byref(Program(len(steps), ctypes.addressof(code)))) == 0

signal.signal(signal.SIGUSR1, no_sync_works_any_more)
from dashboard import serving
serving.EVERY = 1.0
from dashboard.__main__ import main
main()
"""
"""A server whose disk, from a signal on, fails whenever it is told to make sure (seccomp answers with EIO)."""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="the numbers of other machines' calls")
def test_a_disk_that_fails_to_sync_ends_the_server_and_nothing_that_was_acknowledged_is_lost(tmp_path):
    database, values = tmp_path / "rapport.duckdb", dict.fromkeys(answering.ITEMS, 4)
    codes = answering.open_wave(database, 30)

    def sent(address, code):
        fields = {"code": code, "answers": "1", **{item: str(value) for item, value in values.items()}}
        return httpx2.post(f"{address}/p", data=fields).status_code

    with running(database, ["-c", FAILING_SYNCS]) as (server, address, _):
        assert [sent(address, code) for code in codes[:5]] == [303] * 5
        server.send_signal(signal.SIGUSR1)
        refused = httpx2.post(f"{address}/p", data={"code": codes[5], "answers": "1", "T1": "4"})
        assert refused.status_code == 503
        assert "Nothing is lost" in refused.text
        assert server.wait(timeout=60) == 2

    with served_again(database) as (address, _):
        assert sent(address, codes[6]) == 303
    assert held(database) == 6
