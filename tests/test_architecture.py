"""Who may import whom, beyond what import-linter can see."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = ("analytics", "data", "surveys", "dashboard")


def loaded_after(statement: str) -> set[str]:
    script = f"{statement}\nimport sys; print(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    return set(run.stdout.split())


@pytest.mark.parametrize("module", ["analytics.disclosure", "analytics.network", "analytics.introductions"])
def test_analytics_loads_without_the_database_and_the_web(module):
    assert not loaded_after(f"import {module}") & {"duckdb", "starlette", "streamlit", "plotly"}


def test_a_command_sent_to_a_server_loads_neither_streamlit_nor_duckdb():
    assert not loaded_after("import dashboard.__main__") & {"duckdb", "streamlit", "pandas"}


def test_a_server_that_starts_waits_for_nothing_that_only_a_report_or_a_close_needs():
    loaded = loaded_after("from dashboard.app import app")
    assert not loaded & {"igraph", "networkx", "scipy.optimize", "scipy.sparse", "sklearn", "typst"}


def test_forms_are_answered_before_what_only_the_dashboard_needs_is_loaded():
    loaded = loaded_after("from dashboard import commands, door, journal; import dashboard.commands.serving")
    assert not loaded & {"analytics.scores", "networkx", "plotly", "scipy", "streamlit"}


def test_a_program_that_asks_with_a_token_waits_for_no_streamlit_and_no_chart():
    loaded = loaded_after("from dashboard import api, described, readable, tables; described.openapi()")
    assert not loaded & {"plotly", "streamlit"}


def test_sql_stands_in_the_data_package_only():
    statement = re.compile(r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE)\b[^a-z]* [\w*]+", re.MULTILINE)
    for package in ("analytics", "surveys", "dashboard"):
        for file in (REPOSITORY / package).rglob("*.py"):
            assert not statement.search(file.read_text()), file


def test_only_the_gate_makes_findings():
    for package in PACKAGES:
        for file in (REPOSITORY / package).rglob("*.py"):
            if file.parent.name != "disclosure":
                assert not re.search(r"\bFinding\(|\bGATE\b", file.read_text()), file


def test_no_page_is_longer_than_a_screen_or_two():
    for file in (REPOSITORY / "dashboard" / "pages").glob("*.py"):
        lines = [line for line in file.read_text().splitlines() if line.strip()]
        assert len(lines) <= 90, f"{file.name} has {len(lines)} lines"


def test_nothing_in_the_repository_names_a_package_index_or_this_machine():
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=REPOSITORY, check=True).stdout
    for name in listed.split():
        file = REPOSITORY / name
        if file.suffix in {".py", ".md", ".toml", ".lock", ".txt", ".html", ".js", ".css", ".typ", ".sql"}:
            text = file.read_text(errors="ignore")
            assert (
                not re.search(r"index-url|/root/\.|files\.pythonhosted", text) or name == "tests/test_architecture.py"
            ), name


def test_what_is_installed_is_all_there_is():
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {
        str(file.parent.relative_to(REPOSITORY)).replace("/", ".")
        for package in PACKAGES
        for file in (REPOSITORY / package).rglob("__init__.py")
    }
    assert folders == set(settings["packages"])
