"""Key files: for their owner alone, on the disk before anything relies on them, and gone when they are gone."""

import json

import pytest

from data.keys import KeyFolder
from data.records import Problem

KEYS = {"pulse": b"\x01" * 32, "network": b"\x02" * 32, "box": b"\x03" * 32}


@pytest.fixture
def folder(tmp_path):
    return KeyFolder.beside(tmp_path / "rapport.duckdb")


def test_keys_stand_beside_the_database_for_their_owner_alone(folder, tmp_path):
    folder.keep("wave", KEYS)
    file = tmp_path / "rapport.duckdb.keys" / "wave.json"
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["wave.json"]


def test_keys_are_read_back_as_they_were_kept(folder):
    folder.keep("wave", KEYS)
    assert folder.read("wave") == KEYS
    assert folder.waves() == {"wave": {"pulse", "network", "box"}}


def test_missing_keys_are_told_with_what_that_means(folder):
    with pytest.raises(Problem, match="answers of this wave cannot be opened"):
        folder.read("wave")
    assert folder.waves() == {}


def test_a_broken_key_file_is_named(folder):
    folder.keep("wave", KEYS)
    (folder.path / "wave.json").write_text("{")
    with pytest.raises(Problem, match=r"wave\.json cannot be read"):
        folder.read("wave")


def test_a_key_is_never_replaced_by_another(folder):
    folder.keep("wave", KEYS)
    with pytest.raises(ValueError, match="'pulse' of wave wave is kept already"):
        folder.keep("wave", {"pulse": b"other"})
    assert folder.read("wave") == KEYS


def test_keys_can_be_added_to_a_wave(folder):
    folder.keep("wave", {"pulse": KEYS["pulse"]})
    folder.keep("wave", {"network": KEYS["network"]})
    assert set(folder.read("wave")) == {"pulse", "network"}


def test_destroying_some_keys_leaves_the_others(folder):
    folder.keep("wave", KEYS)
    folder.destroy("wave", ["pulse", "box"])
    assert folder.read("wave") == {"network": KEYS["network"]}


def test_destroying_the_last_key_removes_the_file(folder):
    folder.keep("wave", KEYS)
    folder.destroy("wave", KEYS)
    assert list(folder.path.iterdir()) == []
    assert folder.waves() == {}


def test_destroying_may_be_repeated_and_may_come_too_late(folder):
    folder.keep("wave", KEYS)
    for _ in range(2):
        folder.destroy("wave", ["pulse", "box"])
    folder.destroy("no such wave-1".replace(" ", "-"), ["pulse"])
    assert folder.read("wave") == {"network": KEYS["network"]}


def test_the_bytes_of_a_destroyed_key_are_overwritten_where_they_stood(folder, tmp_path):
    folder.keep("wave", KEYS)
    (tmp_path / "same bytes").hardlink_to(folder.path / "wave.json")
    folder.destroy("wave", ["pulse", "box"])
    old = json.loads((tmp_path / "same bytes").read_text())
    assert old == {"pulse": "00" * 32, "network": KEYS["network"].hex(), "box": "00" * 32}


def test_a_key_that_was_overwritten_counts_as_gone_and_harms_no_other(folder):
    # What a process that was killed between overwriting and replacing leaves behind.
    folder.keep("wave", KEYS)
    file = folder.path / "wave.json"
    file.write_text(file.read_text().replace(KEYS["box"].hex(), "00" * 32))
    assert set(folder.read("wave")) == {"pulse", "network"}
    assert folder.waves() == {"wave": {"pulse", "network"}}
    folder.destroy("wave", ["box", "pulse"])
    assert json.loads(file.read_text()) == {"network": KEYS["network"].hex()}


def test_half_written_files_of_a_killed_process_are_cleared_away(folder, tmp_path):
    folder.keep("wave", KEYS)
    half = folder.path / "other.json.new"
    half.write_text("secret")
    (tmp_path / "same bytes").hardlink_to(half)
    folder.keep("next", KEYS)
    assert sorted(each.name for each in folder.path.iterdir()) == ["next.json", "wave.json"]
    assert (tmp_path / "same bytes").read_bytes() == bytes(6)


@pytest.mark.parametrize("name", ["../rapport", "a/b", ""])
def test_no_wave_id_leads_out_of_the_folder(folder, name):
    with pytest.raises(ValueError, match="cannot name a key file"):
        folder.keep(name, KEYS)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match="cannot be written"):
        KeyFolder(tmp_path / "file" / "keys").keep("wave", KEYS)
