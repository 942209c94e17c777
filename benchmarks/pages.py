# ruff: noqa: E402  this folder leaves the path before anything is imported: see below
"""How long pages take, beside the plainest page of the same kind, in one run: `make pages`.

    .venv/bin/python benchmarks/pages.py            forms, the made-up company, 52 waves of it, 100,000 people
    .venv/bin/python benchmarks/pages.py --quick    one pair of each, without the large organization
    .venv/bin/python benchmarks/pages.py --large FILE   keep the large organization's database there, or use it again

Rivals are served by `streamlit run` of the same release: a page with a title and one chart of four points
(`rivals/chart.py`), and the same statements as radio buttons (`rivals/form.py`). Every measurement of ours stands
beside one of the rival taken just before it, in a new window with nothing cached; what is claimed are medians of the
ratios of such pairs, because other work on a machine slows both.

A page counts from the navigation to the frame in which its chart has marks; the sentence it opens with is timed too.
The forms are timed on a slow phone as Chromium imitates one: a sixth of the speed, 400 ms for a round trip, 400 kbit/s.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:] = [str(ROOT), *(folder for folder in sys.path if folder != str(HERE))]  # here, `statistics` is a file

import argparse
import os
import re
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from urllib.request import urlopen

import plotly
import streamlit
from playwright.sync_api import Browser, Page, sync_playwright

import data  # noqa: F401  comes before DuckDB in every process: see data.memory
from benchmarks import large
from benchmarks.claims import Bound, claimed, table
from docs.pictures import CHROMIUM, FLAGS, PAGES, open_a_wave, rapport, served, signed_in

PAIRS = 5
PHONE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 6
PATIENCE = 180.0
"""Seconds that anything may take."""
CHART = ", ".join(f"[data-testid=stPlotlyChart] .main-svg {mark}" for mark in (".trace", ".hm", ".shapelayer path"))
SENTENCE, QUESTION = "h1", "form [type=radio], form [type=checkbox], [data-testid=stRadio]"
WATCH = """
window.seen = {};
const look = () => {
  for (const [name, marks] of Object.entries(WANTED))
    if (!(name in seen) && [...document.querySelectorAll(marks)].some(e => name !== 'sentence' || e.textContent.trim()))
      seen[name] = performance.now();
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
DONE = """
({seen: window.seen, done: !!document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-testid=stSkeleton]')})
"""
SETTLED = 1.0
"""Seconds after which a page without a chart is believed to have none."""


@dataclass(frozen=True)
class Load:
    """One page load: seconds from the navigation, and what the page's own script sent."""

    sentence: float
    chart: float | None
    kilobytes: float
    """Through the websocket: what the script drew, without the front end that every page shares."""


@dataclass(frozen=True)
class Pair:
    """One of ours and one of the rival's, taken one after the other."""

    ours: Load
    rival: Load


@dataclass(frozen=True)
class Form:
    """How one form arrives on a slow phone."""

    kilobytes: float
    """Everything that it loads, as it comes through the wire."""
    headers: float
    """What HTTP adds to that."""
    seconds: float
    """To the first question."""
    without: float | None
    """The same without JavaScript; None where no question ever comes."""


@dataclass(frozen=True)
class Results:
    """Everything that was measured."""

    forms: Mapping[str, Form]
    pages: Mapping[str, Mapping[str, Sequence[Pair]]]
    """Whose → page → pairs."""


def measure(*, pairs: int = PAIRS, quick: bool = False, kept: Path | None = None) -> Results:
    """Make the companies, serve them beside the rivals, and load everything in turns."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        here = Path(folder)
        browser = stack.enter_context(_browser())
        chart = stack.enter_context(_rival("chart"))
        small, long = here / "small.duckdb", here / "long.duckdb"
        rapport("demo", "--no-serve", "--people=120", f"--waves={3 if quick else 8}", database=small)
        pages = {"made-up company": _company(browser, small, chart, pairs)}
        if not quick:
            large.lengthen(small, long, 52)
            pages["made-up company, 52 waves"] = _company(browser, long, chart, pairs)
            database = kept or here / "large.duckdb"
            lead = large.FIRST_LEAD if database.exists() else large.make(database)
            pages["100,000 people"] = _company(browser, database, chart, pairs)
            pages["100,000 people, a lead"] = _company(browser, database, chart, pairs, lead)
        return Results(_forms(browser, small, here, pairs), pages)


@contextmanager
def _browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        sys.exit("No Chromium on this machine: install your system's package 'chromium'.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def _rival(name: str) -> Iterator[str]:
    """Serve a rival as anybody does, on a free port; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": True}
    options |= {"browser.gatherUsageStats": False, "server.fileWatcherType": "none"}
    flags = [f"--{name}={str(value).lower()}" for name, value in options.items()]
    script = HERE / "rivals" / f"{name}.py"
    command = [sys.executable, "-m", "streamlit", "run", str(script), *flags]
    server = subprocess.Popen(
        command, cwd=HERE / "rivals", stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _until(partial(_answers, address))
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        return urlopen(f"{address}/_stcore/health", timeout=5).status == 200  # noqa: S310  our own server
    except OSError:
        return False


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            sys.exit("What is measured did not come: the machine is too slow, or something is broken.")
        time.sleep(0.1)


# ------------------------------------------------------------------------------------------------------------- pages


def _company(
    browser: Browser, database: Path, rival: str, pairs: int, lead: str | None = None
) -> dict[str, Sequence[Pair]]:
    """Load every page that has a chart, in turns with the rival; the first load of each is not counted."""
    with served(database) as (address, first_link):
        link = rapport("people", "sign-in", lead, database=database) if lead else first_link
        own = next(word for word in link.split() if "#" in word)
        cookies = signed_in(browser, re.sub(r"^https?://[^/]+", address, own))
        found = {}
        for name, path in PAGES.items():
            if name in WITH_A_CHART and _load(browser, f"{address}/{path}", cookies).chart is not None:
                each = [partial(_load, browser, f"{address}/{path}", cookies), partial(_load, browser, rival)]
                found[name] = [Pair(ours=each[0](), rival=each[1]()) for _ in range(pairs)]
        return found


WITH_A_CHART = ("overview", "trends", "teams", "network", "introductions")


def _load(browser: Browser, address: str, cookies: Sequence[Mapping[str, object]] = ()) -> Load:
    """Load a page in a new window and look at it in every frame."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([*cookies])  # type: ignore[list-item]  as Playwright gave them
    page = context.new_page()
    _watch(page, sentence=SENTENCE, chart=CHART)
    sent: list[int] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: sent.append(len(frame))))
    page.goto(address, wait_until="commit")
    last: dict[str, float] = {}
    quiet = 0.0

    def here() -> bool:
        nonlocal last, quiet
        state = page.evaluate(DONE)
        last = state["seen"]
        quiet = (quiet or time.monotonic()) if state["done"] and "sentence" in last else 0.0
        return "chart" in last or bool(quiet and time.monotonic() - quiet > SETTLED)

    _until(here)
    page.wait_for_timeout(300)
    context.close()
    return Load(last["sentence"] / 1000, last["chart"] / 1000 if "chart" in last else None, sum(sent) / 1000)


def _watch(page: Page, **wanted: str) -> None:
    page.add_init_script(f"const WANTED = {wanted!r};{WATCH}")


# ------------------------------------------------------------------------------------------------------------- forms


def _forms(browser: Browser, database: Path, folder: Path, pairs: int) -> dict[str, Form]:
    """Load both forms and the rival as a slow phone would, in turns."""
    links = open_a_wave(database, folder)
    with served(database) as (address, _), _rival("form") as rival:
        own = {name: re.sub(r"^https?://[^/]+", address, link) for name, link in links.items()}
        ways: dict[str, tuple[str, Callable[[Page], None] | None]] = {
            "pulse form": (own["form"], partial(_by_hand, link=own["form"])),
            "network form": (own["form-network"], partial(_by_hand, link=own["form-network"])),
            RIVAL_FORM: (rival, None),
        }
        rounds = [{name: _form(browser, *way) for name, way in ways.items()} for _ in range(max(1, pairs // 2))]
    return {
        name: Form(
            median(one[name].kilobytes for one in rounds),
            median(one[name].headers for one in rounds),
            median(one[name].seconds for one in rounds),
            median(times) if (times := [t for one in rounds if (t := one[name].without) is not None]) else None,
        )
        for name in ways
    }


RIVAL_FORM = f"the same statements on a page of Streamlit {streamlit.__version__}"


def _form(browser: Browser, link: str, by_hand: Callable[[Page], None] | None) -> Form:
    with _phone(browser) as (page, received):
        seconds = _first_question(page, lambda: page.goto(link, wait_until="commit"))
        page.wait_for_load_state("networkidle")
        content, whole = received["Network.dataReceived"] / 1000, received["Network.loadingFinished"] / 1000
        arrived = Form(content, whole - content, seconds, None)
    if by_hand is None:
        return arrived
    with _phone(browser, script=False) as (page, _):
        return replace(arrived, without=_first_question(page, partial(by_hand, page)))


def _first_question(page: Page, act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    page.locator(QUESTION).first.wait_for(state="attached", timeout=PATIENCE * 1000)
    return time.monotonic() - began


def _by_hand(page: Page, link: str) -> None:
    """Open the form as somebody does who types the code."""
    address, _, code = link.partition("#")
    page.goto(address, wait_until="commit")
    page.locator("input[name=code]").fill(code)
    page.locator("form button").first.click()


@contextmanager
def _phone(browser: Browser, *, script: bool = True) -> Iterator[tuple[Page, Counter[str]]]:
    """A window on a slow phone, and the bytes that it receives: of contents, and of everything once it has arrived."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=script)
    page, received = context.new_page(), Counter[str]()
    page.set_default_timeout(PATIENCE * 1000)
    chromium = context.new_cdp_session(page)
    chromium.send("Network.enable")
    chromium.send("Network.emulateNetworkConditions", PHONE)
    chromium.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    for event in ("Network.dataReceived", "Network.loadingFinished"):
        chromium.on(event, lambda said, event=event: received.update({event: said["encodedDataLength"]}))
    yield page, received
    context.close()


# ------------------------------------------------------------------------------------------------------------ tables


def ratio(pairs: Sequence[Pair]) -> float:
    """How many times as long as the rival, from the navigation to the first chart: the median of the pairs."""
    return median((one.ours.chart or 0) / (one.rival.chart or 1) for one in pairs)


def bounds(found: Results) -> list[Bound]:
    """What Rapport claims of its pages and forms."""
    forms = found.forms
    pulse, rival = forms["pulse form"], forms[RIVAL_FORM]
    claims = [
        Bound("The pulse form weighs less than 15 kB", f"{pulse.kilobytes:.1f} kB", pulse.kilobytes < 15),
        Bound(
            "On a slow phone its first question is there in a tenth of the rival's time",
            f"{pulse.seconds:.1f} s of {rival.seconds:.1f} s",
            pulse.seconds <= rival.seconds / 10,
        ),
        Bound(
            "Both forms ask their first question without JavaScript",
            ", ".join(f"{name} {forms[name].without or float('nan'):.1f} s" for name in OWN_FORMS),
            all(forms[name].without is not None for name in OWN_FORMS),
        ),
    ]
    for whose, pages in found.pages.items():
        slowest = max(pages, key=lambda name: ratio(pages[name]))
        worst = ratio(pages[slowest])
        claims.append(
            Bound(f"{whose}: charts at most 1.3 times as late as the rival's", f"{worst:.2f} ({slowest})", worst <= 1.3)
        )
    few, many = (found.pages.get(name) for name in ("made-up company", "made-up company, 52 waves"))
    if few and many:
        more = {name: ratio(many[name]) / ratio(few[name]) for name in few.keys() & many.keys()}
        most = max(more, key=more.__getitem__)
        claims.append(
            Bound("52 waves cost a page at most 1.2 times eight", f"{more[most]:.2f} ({most})", more[most] <= 1.2)
        )
    return claims


OWN_FORMS = ("pulse form", "network form")


def report(found: Results) -> Iterable[str]:
    """Lay everything out as plain tables."""
    yield f"{_chromium()}, Plotly {plotly.__version__}"
    yield from table(
        "FORMS, a phone at a sixth of the speed, 400 ms, 400 kbit/s",
        ["kB", "headers", "first question, s", "without JavaScript, s"],
        {
            name: [
                f"{one.kilobytes:.1f}",
                f"{one.headers:.1f}",
                f"{one.seconds:.1f}",
                "never" if one.without is None else f"{one.without:.1f}",
            ]
            for name, one in found.forms.items()
        },
    )
    for whose, pages in found.pages.items():
        yield from table(
            f"PAGES, {whose}: median seconds; the rival is a page with a title and one chart",
            ["sentence", "rival's", "chart", "rival's", "times", "kB drawn"],
            {name: _row(pairs) for name, pairs in pages.items()},
        )
    yield from claimed(bounds(found))


def _row(pairs: Sequence[Pair]) -> list[str]:
    each = (
        [one.ours.sentence for one in pairs],
        [one.rival.sentence for one in pairs],
        [one.ours.chart or 0 for one in pairs],
        [one.rival.chart or 0 for one in pairs],
    )
    sent = median(one.ours.kilobytes for one in pairs)
    return [*(f"{median(times):.2f}" for times in each), f"{ratio(pairs):.2f}", f"{sent:,.0f}"]


def _chromium() -> str:
    told = subprocess.run([CHROMIUM or "chromium", "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when something that Rapport claims does not hold."""
    asked = argparse.ArgumentParser(description="Measure how long pages and forms take, beside plain ones.")
    asked.add_argument("--quick", action="store_true", help="one pair of each, no large organization: that it runs")
    asked.add_argument("--pairs", type=int, default=PAIRS, help=f"of each page and the rival ({PAIRS})")
    asked.add_argument("--large", type=Path, help="the large organization's database, made there if there is none")
    given = asked.parse_args(arguments)
    found = measure(pairs=1 if given.quick else given.pairs, quick=given.quick, kept=given.large)
    print("\n".join(report(found)))
    return 0 if given.quick or all(one.holds for one in bounds(found)) else 1


if __name__ == "__main__":
    sys.exit(main())
