"""Pictures of every page, both forms and the report, of a made-up company: `make pictures`, or with `--out FOLDER`.

    without --out   the one picture that the README shows, into docs/pictures
    with --out      all of them: 1440 and 390 pixels wide, in light and in dark, and every page of the report

It starts the real server on a free port of this machine, signs in with the link it prints, and drives the system's
Chromium.
"""
# ruff: noqa: INP001  a script beside the documents, not part of a package

import argparse
import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent / "pictures"
README = "overview-1440-light"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

WIDTHS = (1440, 390)
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36"
"""What the browser of a phone says it is: maps stand upright there."""
SCHEMES = ("light", "dark")
PAGES = {
    "overview": "",
    "trends": "trends",
    "teams": "teams",
    "network": "network",
    "introductions": "introductions",
    "actions": "actions",
    "reports": "reports",
    "surveys": "waves",
    "settings": "settings",
    "log": "log",
    "method": "method",
    "protection": "protection",
}
"""Name of a picture → address of its page."""
WAVE, QUARTER = "2026-Q4", "2026-Q3"
DRAWN = """
document.fonts.status === 'loaded' && !document.querySelector('[data-testid=stSkeleton]')
&& [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(chart => chart.querySelector('svg.main-svg'))
"""
PATIENCE = 60_000
"""Milliseconds that a page may take on a slow machine."""


def main() -> None:
    """Make the company, serve it, and take the pictures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--out", type=Path, help="a folder for all pictures")
    asked.add_argument("--people", type=int, default=120)
    asked.add_argument("--waves", type=int, default=8)
    chosen = asked.parse_args()
    if CHROMIUM is None:
        sys.exit("No Chromium on this machine: install your system's package 'chromium'.")
    out = chosen.out or HERE
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "rapport.duckdb"
        rapport("demo", "--no-serve", f"--people={chosen.people}", f"--waves={chosen.waves}", database=database)
        links = open_a_wave(database, Path(folder)) if chosen.out else {}
        with served(database) as (address, sign_in), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            photograph(browser, address, sign_in, links, out, everything=bool(chosen.out))
            browser.close()
        if chosen.out:
            report_pages(database, out)


def rapport(*words: str, database: Path) -> str:
    """Give a command to the made-up company and return what it prints."""
    command = [sys.executable, "-m", "dashboard", *words, "--db", str(database)]
    done = subprocess.run(command, cwd=REPOSITORY, text=True, capture_output=True, check=False)  # noqa: S603  our own command
    if done.returncode:
        sys.exit(f"rapport {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def open_a_wave(database: Path, folder: Path) -> dict[str, str]:
    """Open a wave, so that the forms have something to ask, and give one person's two links by form."""
    closes = (datetime.now(UTC) + timedelta(days=19)).date()
    rapport("wave", "open", WAVE, "--asks=both", f"--closes={closes}", database=database)
    rapport("wave", "links", WAVE, f"--out={folder / 'links.csv'}", database=database)
    with (folder / "links.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    return {"form": row["pulse_url"], "form-network": row["network_url"]}


@contextmanager
def served(database: Path, program: Sequence[str] = ("-m", "dashboard")) -> Iterator[tuple[str, str]]:
    """Serve the company on a free port, by a program that Python is given; gives the address and the sign-in link."""
    with running(database, program) as (_, address, link):
        yield address, link


@contextmanager
def running(
    database: Path, program: Sequence[str] = ("-m", "dashboard")
) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Serve the same way, for whoever wants to end the server otherwise: gives its process too."""
    command = [sys.executable, *program, "serve", "--port", "0", "--db", str(database)]
    server = subprocess.Popen(command, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE)  # noqa: S603  our own command
    try:
        said = dict(line.split(maxsplit=1) for line in until_signed_in(server))
        yield server, said["Dashboard"].strip(), said["Sign"].removeprefix("in").strip()
    finally:
        server.terminate()
        server.wait(timeout=30)


def until_signed_in(server: subprocess.Popen[str]) -> Iterator[str]:
    """Read what the server says, up to the line with the sign-in link."""
    for line in server.stdout or ():
        yield line
        if line.startswith("Sign in"):
            return
    sys.exit("The server ended before it could be reached.")


def photograph(
    browser: Browser, address: str, sign_in: str, links: dict[str, str], out: Path, *, everything: bool
) -> None:
    """Take the pictures of the pages, and of the forms where there is an open wave."""
    cookies = signed_in(browser, sign_in)
    looks = list(product(WIDTHS, SCHEMES)) if everything else [(1440, "light")]
    for width, scheme in looks:
        agent = PHONE if width == min(WIDTHS) else None
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, user_agent=agent)
        context.add_cookies(cookies)
        for name, path in PAGES.items():
            if everything or f"{name}-{width}-{scheme}" == README:
                dashboard_page(context, f"{address}/{path}", out / f"{name}-{width}-{scheme}.png")
        for name, link in links.items():
            form_pages(context, re.sub(r"^https?://[^/]+", address, link), out, f"{name}-{width}-{scheme}")
        context.close()


def signed_in(browser: Browser, link: str) -> list[dict[str, object]]:
    """Sign in once with the link, and give the cookies for every other window."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    if page.get_by_role("button").count():
        page.get_by_role("button").first.click()
    page.locator("[data-testid=stApp]").wait_for(timeout=PATIENCE)
    cookies = [dict(cookie) for cookie in context.cookies()]
    context.close()
    return cookies


def dashboard_page(context: BrowserContext, address: str, file: Path) -> None:
    """Take one page from top to bottom: the window is made as high as its content."""
    page = context.new_page()
    page.goto(address)
    settled(page)
    height = page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"] if page.viewport_size else 1440, "height": height})
    settled(page)
    save(page, file)


def settled(page: Page) -> None:
    """Wait until the page's script has run and its pictures are drawn."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)
    page.locator("h1").first.wait_for(timeout=PATIENCE)
    for _ in range(PATIENCE // 200):  # the pages forbid what `wait_for_function` does: evaluating a text of its own
        if page.evaluate(DRAWN):
            break
        page.wait_for_timeout(200)
    page.wait_for_timeout(600)


def form_pages(context: BrowserContext, link: str, out: Path, name: str) -> None:
    """Take a form as its link opens it."""
    page = context.new_page()
    page.goto(link)
    page.locator("form [type=radio]").first.wait_for(timeout=PATIENCE)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=out / f"{name}.png", full_page=True)
    said(out / f"{name}.png")
    page.close()


def report_pages(database: Path, out: Path) -> None:
    """Write the organization's report and a picture of each of its pages."""
    rapport("report", "--quarter", QUARTER, "--out", str(out), database=database)
    drawer = shutil.which("pdftoppm")
    if drawer is None:
        sys.stderr.write("No pdftoppm on this machine: the pages of the report are in the PDF only.\n")
        return
    paper = out / f"{QUARTER}-organization.pdf"
    subprocess.run([drawer, "-r", "110", "-png", paper, out / "report-page"], check=True, capture_output=True)  # noqa: S603  a system tool on our own file
    said(paper)


def save(page: Page, file: Path) -> None:
    """Keep the picture and close its window."""
    page.screenshot(path=file)
    page.close()
    said(file)


def said(file: Path) -> None:
    """Name a picture that has been taken."""
    sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
