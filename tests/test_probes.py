"""What a proxy asks a real server: whether it is there, and whether it could keep an answer now."""

import shutil
from types import SimpleNamespace

import duckdb
import httpx2
import pytest
from served import served

from dashboard import context, probes


@pytest.fixture
def asked(desk):
    with served(desk) as address, httpx2.Client(base_url=address) as http:

        def ask(path):
            said = http.get(path)
            return said.status_code, said.text.strip()

        yield ask


def test_a_server_that_can_keep_answers_says_so_to_whoever_asks(asked):
    assert asked("/health") == (200, "up")
    assert asked("/ready") == (200, "ready")


def test_a_full_disk_is_said_before_anybody_loses_a_word(asked, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=probes.LEAST_FREE - 1))
    assert asked("/ready") == (503, "The disk is full.")

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=probes.LEAST_FREE))
    assert asked("/ready") == (200, "ready")


def test_a_server_without_its_writer_is_not_ready_and_still_there(asked, desk):
    desk.intake.close()

    assert asked("/ready") == (503, "Nobody takes answers in.")
    assert asked("/health") == (200, "up")


def test_a_database_that_gives_no_answer_is_said(asked, desk, monkeypatch):
    def broken():
        raise duckdb.FatalException("database has been invalidated")

    monkeypatch.setattr(desk.store, "reading", broken)
    assert asked("/ready") == (503, "The database does not answer.")

    context.leave()
    assert asked("/ready") == (503, "The database does not answer.")
    assert asked("/health") == (200, "up")
