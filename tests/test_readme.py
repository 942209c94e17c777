"""The README's commands, settings and words are true."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard import settings
from dashboard.settings_known import CONFIG, SETTINGS
from dashboard.settings_said import gather

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text()


def commands() -> list[str]:
    return [
        line.split("#")[0].split("rapport ")[1].strip() for line in README.splitlines() if line.startswith("rapport ")
    ]


@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_readme_exists_with_its_options(command):
    from dashboard.cli import rapport

    words = command.split()
    path = [word for word in words[:2] if re.fullmatch(r"[a-z][a-z-]*", word)]
    help_text = CliRunner().invoke(rapport, [*path, "--help"])

    assert help_text.exit_code == 0, command
    for option in re.findall(r"--[a-z-]+", command):
        assert option in help_text.output, f"{option} of `rapport {command}`"


def test_the_make_targets_of_the_readme_exist():
    targets = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)

    assert set(re.findall(r"^make (\w+)", README, re.MULTILINE)) <= set(targets)


def test_the_table_of_settings_says_what_the_program_knows_in_the_same_words_and_nothing_else():
    known = [
        f"| `{each.variable}` | {f'`{each.name}`' if each.in_file else ''} | {each.means} | {each.usual} |"
        for each in (CONFIG, *SETTINGS.values())
    ]
    table = [line for line in README.splitlines() if line.startswith("| `RAPPORT_")]

    assert [line.replace("| |", "|  |") for line in table] == [line.replace("| |", "|  |") for line in known]


def test_no_setting_is_named_that_there_is_not():
    known = {each.variable for each in (CONFIG, *SETTINGS.values())}
    ours = [REPOSITORY / "README.md", *(REPOSITORY / "deploy").iterdir(), *(REPOSITORY / "dashboard").rglob("*.py")]
    named = {name for file in ours for name in re.findall(r"\bRAPPORT_[A-Z_]+[A-Z]", file.read_text())}

    assert named - {"RAPPORT_SMPT"} == known  # one misspelt, in an example


def test_the_file_that_the_readme_shows_is_right(tmp_path):
    (tmp_path / "rapport.toml").write_text(re.search(r"```\n(\[serve\].*?)```", README, re.DOTALL)[1])
    (tmp_path / "mail-password").write_text("nightjar")
    (tmp_path / "mail-password").chmod(0o600)

    assert settings.mistakes(gather({}, tmp_path / "rapport.toml"), {}) == []


def test_every_file_that_the_readme_names_exists():
    for name in re.findall(r"`([a-z]+/[\w/.]+)`", README) + re.findall(r"\]\(([\w/.-]+)\)", README):
        assert (REPOSITORY / name).exists(), name


def test_the_lock_files_hold_every_dependency_with_a_hash_and_no_address():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    lock = (REPOSITORY / "requirements.lock").read_text()
    for dependency in [*project["dependencies"], *project["optional-dependencies"]["encryption"]]:
        name = re.match(r"[\w-]+", dependency).group()
        assert re.search(rf"^{name}==.*\\\n    --hash=sha256:", lock, re.MULTILINE), name
    assert "://" not in lock + (REPOSITORY / "requirements-dev.lock").read_text()
