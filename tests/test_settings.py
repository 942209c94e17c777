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


KEY = "one line that nobody guesses"


def test_the_key_of_the_database_does_not_show_itself():
    chosen = settings.read(environment={**NOTHING, "RAPPORT_DB_KEY": KEY})

    assert chosen.key == KEY
    assert KEY not in repr(chosen)
    assert settings.read(environment=NOTHING).key is None


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_key_may_come_from_a_file_for_its_owner_only(tmp_path, end):
    file = tmp_path / "key"
    file.write_bytes(f"{KEY}{end}".encode())
    file.chmod(0o600)

    assert settings.read(environment={**NOTHING, "RAPPORT_DB_KEY_FILE": str(file)}).key == KEY
    file.chmod(0o640)
    with pytest.raises(Problem, match="others can read; expected a file for its owner only"):
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY_FILE": str(file)})


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines of key", b"\xff\xfe not text", b"seven.."])
def test_a_file_without_a_key_is_named_and_not_quoted(tmp_path, content):
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(Problem, match=r"expected (one line of at least 20|a key on one line)") as told:
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY_FILE": str(file)})
    assert "RAPPORT_DB_KEY_FILE" in str(told.value)
    assert "lines of key" not in str(told.value)


def test_two_keys_are_one_too_many():
    with pytest.raises(Problem, match="both set; expected one of them"):
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY": KEY, "RAPPORT_DB_KEY_FILE": "/run/key"})


@pytest.mark.parametrize("key", ["", "seven..", "two lines\nof a key"])
def test_what_is_no_key_is_refused_and_not_quoted(key):
    with pytest.raises(Problem, match="expected one line of at least 20") as told:
        settings.read(environment={**NOTHING, "RAPPORT_DB_KEY": key})
    assert not key or key not in str(told.value)
