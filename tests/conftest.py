"""What tests share: real databases in temporary folders, a clock moved by hand, the made-up company, a real browser."""

import fcntl
import functools
import gc
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest

import data  # noqa: F401  comes before DuckDB in every process: see data.memory

REPOSITORY = Path(__file__).resolve().parent.parent
REAL_DATA = REPOSITORY.parent / "shared" / "data"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

full = os.environ.get("RAPPORT_FULL") == "1"

# How long an example took says something about the machine: a suite that shares two cores must not fail for it.
hypothesis.settings.register_profile("rapport", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("rapport")


def in_a_thread(act, *given):
    """What comes of it in a thread of its own: a browser's event loop may go on in the one of the tests."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act, *given).result()


def pytest_terminal_summary(terminalreporter):
    """Say loudly what this machine could not check."""
    if CHROMIUM is None:
        terminalreporter.write_line("NO CHROMIUM on this machine: browser tests were skipped.", red=True, bold=True)
    if not REAL_DATA.exists():
        terminalreporter.write_line(f"NO REAL DATA at {REAL_DATA}: those tests were skipped.", red=True, bold=True)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    """No test sees the settings of the person who runs it, nor what another test left as the main module.

    Streamlit's AppTest puts the page it ran there, and every process that is started afterwards would run it again.
    """
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    for name in list(os.environ):
        if name.startswith("RAPPORT_") and name != "RAPPORT_FULL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("RAPPORT_CONFIG", "")  # reads no rapport.toml either


@pytest.fixture(autouse=True)
def _own_server():
    """AppTest takes the server of this process (tests/served.py) away, for a stand-in that does not stay either."""
    from streamlit.runtime import Runtime
    from streamlit.runtime.pages_manager import PagesManager

    server, old_pages = Runtime._instance, PagesManager.uses_pages_directory
    yield
    if server is not None:
        Runtime._instance, PagesManager.uses_pages_directory = server, old_pages


@pytest.fixture(scope="session", autouse=True)
def _libraries_are_no_garbage() -> None:
    """Every swap of a database looks for garbage; what is imported by now need not be looked through each time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _one_thread_for_a_database() -> None:
    """Test processes share the cores: in databases this small a second thread costs a third more and brings nothing."""
    import duckdb

    connect = duckdb.connect
    duckdb.connect = lambda *where, config=None, **more: connect(
        *where, config={**(config or {}), "threads": "1"}, **more
    )


@pytest.fixture(scope="session", autouse=True)
def _pictures_are_checked() -> None:
    """Plotly looks for mistakes in every picture that a test draws; those of a page are taken as they are."""
    from dashboard.sketch import Sketch

    Sketch.checked = True


@pytest.fixture(scope="session", autouse=True)
def _installed_components() -> None:
    """What is installed does not change while tests run; Streamlit's AppTest would look through all of it each time."""
    from streamlit.components.v2 import manifest_scanner

    manifest_scanner.scan_component_manifests = functools.cache(manifest_scanner.scan_component_manifests)


@pytest.fixture
def clock():
    """A clock that stands still until a test moves it: `clock.now = …`, UTC."""
    from surveys.rehearsal import Clock

    return Clock(datetime(2026, 9, 7, 8, 0))


@pytest.fixture(scope="session")
def _empty(tmp_path_factory) -> Path:
    """An empty database; making its tables takes as long as opening it."""
    from data.store import Store

    path = tmp_path_factory.mktemp("empty") / "rapport.duckdb"
    Store.open(path).close()
    return path


@pytest.fixture
def desk(tmp_path, clock, _empty) -> Iterator:
    """An empty database with its keys, intake and clock, as every use case takes it."""
    from surveys.desk import Desk

    shutil.copyfile(_empty, tmp_path / "rapport.duckdb")
    made = Desk.open(tmp_path / "rapport.duckdb", clock=clock, url="http://127.0.0.1:8501")
    yield made
    made.close()


@pytest.fixture
def another_process() -> None:
    """Asked for, where `counting_here` is the rule, by tests that count in a process of its own as a real close does.

    It takes seconds to start.
    """


@pytest.fixture
def counting_here(request, monkeypatch) -> None:
    """Closes count in this process: for tests of what comes of a close, and not of how it is made."""
    from surveys import apart
    from surveys.reasoning import reason

    if "another_process" not in request.fixturenames:
        monkeypatch.setattr(apart, "in_a_process", reason)


def _count_here_but_the_last(monkeypatch, quarters) -> None:
    """Closes of the earlier quarters count in this process: starting another one takes as long as counting.

    The last one counts as a real close does, with all that the earlier ones left.
    """
    from surveys import apart
    from surveys.reasoning import reason

    *_, (last, _, _) = quarters
    elsewhere = apart.in_a_process
    monkeypatch.setattr(
        apart, "in_a_process", lambda job, *more: (elsewhere if job.wave.name == last else reason)(job, *more)
    )


@pytest.fixture(scope="session")
def made_up_once(tmp_path_factory) -> Path:
    """The folder of the made-up company, played once for all test processes."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "made-up"
    with (shared / "made-up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            from surveys import rehearsal

            folder.mkdir(exist_ok=True)
            with pytest.MonkeyPatch.context() as here:
                _count_here_but_the_last(here, rehearsal.quarters(8))
                rehearsal.play(folder / "rapport.duckdb")
            (folder / "done").touch()
    return folder


@pytest.fixture
def made_up(made_up_once, tmp_path) -> Path:
    """A copy of the made-up company's database that a test may change."""
    shutil.copytree(made_up_once, tmp_path / "made-up")
    return tmp_path / "made-up" / "rapport.duckdb"


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Debian's Chromium, once a run; a test opens its own context."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the system package 'chromium'")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def real_data() -> Path:
    """The folder of real data sets beside the repository; skipped loudly where it is absent."""
    if not REAL_DATA.exists():
        pytest.skip(f"no real data at {REAL_DATA}")
    return REAL_DATA


sys.path.insert(0, str(REPOSITORY))
