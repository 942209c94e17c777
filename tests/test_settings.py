"""Options first, then the environment, then what suits one machine."""

from pathlib import Path

import pytest

from dashboard import settings
from data.records import Problem

NOTHING = {"HOME": "/home/ana", "XDG_DATA_HOME": "/home/ana/data"}


def test_without_anything_said_the_database_is_in_the_data_folder():
    chosen = settings.read(environment=NOTHING)

    assert chosen.database == Path("/home/ana/data/rapport/rapport.duckdb")
    assert chosen.keys is None
    assert chosen.address == "http://127.0.0.1:8501"


def test_the_environment_is_read(tmp_path):
    said = {"RAPPORT_DB": str(tmp_path / "a.duckdb"), "RAPPORT_KEYS": "/keys", "RAPPORT_URL": "https://r.example/"}
    chosen = settings.read(environment=said)

    assert chosen.database == tmp_path / "a.duckdb"
    assert chosen.keys == Path("/keys")
    assert chosen.address == "https://r.example"


def test_an_option_stands_before_the_environment(tmp_path):
    said = {"RAPPORT_DB": "/elsewhere.duckdb", "RAPPORT_URL": "https://r.example"}
    chosen = settings.read(database=tmp_path / "mine.duckdb", url="http://10.0.0.1:9000", environment=said)

    assert (chosen.database, chosen.address) == (tmp_path / "mine.duckdb", "http://10.0.0.1:9000")


@pytest.mark.parametrize(
    "url", ["rapport.example.org", "ftp://r.example", "https://", "https://r.example/app", "http://a?b"]
)
def test_an_address_that_links_cannot_begin_with_is_named(url):
    with pytest.raises(Problem, match=r"RAPPORT_URL is '.*'; expected an address"):
        settings.read(environment={**NOTHING, "RAPPORT_URL": url})


@pytest.mark.parametrize(
    ("url", "loopback"),
    [(None, True), ("http://localhost:1", True), ("http://[::1]:1", True), ("https://r.example", False)],
)
def test_it_is_known_whether_links_lead_to_this_machine_only(url, loopback):
    assert settings.read(url=url, environment=NOTHING).loopback is loopback


def test_a_server_on_a_six_part_address_has_a_link_that_works():
    assert settings.read(host="::1", port=9000, environment=NOTHING).address == "http://[::1]:9000"


def test_the_socket_stands_beside_the_database(tmp_path):
    assert settings.read(database=tmp_path / "a.duckdb", environment={}).socket == tmp_path / "a.duckdb.sock"
