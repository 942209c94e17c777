"""The whole way, from a roster to a PDF, as a people team walks it: real commands, real HTTP, a real browser."""

import csv
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from contextlib import contextmanager

from conftest import REPOSITORY

PEOPLE = [
    {"member_id": f"p{n:02d}", "name": f"Person {n}", "email": f"p{n}@example.org", "team": "Care" if n < 8 else "Shop"}
    for n in range(16)
]


def test_answers_travel_from_a_roster_to_the_dashboard_and_a_pdf(tmp_path, browser):
    write_csv(tmp_path / "roster.csv", PEOPLE)
    rapport("people", "import", "roster.csv", at=tmp_path)
    opened = rapport("wave", "open", "2026-Q3", "--asks", "both", "--closes", "2126-09-30", at=tmp_path)
    assert "Care: 8 people" in opened

    with served(tmp_path) as sign_in:
        rapport("wave", "links", "2026-Q3", "--out", "links.csv", at=tmp_path)
        links = list(csv.DictReader((tmp_path / "links.csv").open(encoding="utf-8")))
        page = browser.new_context().new_page()
        answer_in_the_browser(page, links[0]["pulse_url"])
        for link in links[1:14]:
            post(link["pulse_url"], answers="1", T1="4", T2="4", T3="5", C1="4", C2="3", C3="4")
        for near, link in enumerate(links):
            colleague = links[near - 1]["member_id"]
            post(link["network_url"], answers="1", work=colleague, map="yes", introductions="yes")
        rapport("wave", "close", "2026-Q3", at=tmp_path)

        page.goto(sign_in)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("What people said").first.wait_for()
        assert page.get_by_text("Trust").first.is_visible()
        quarter = re.search(
            r"\d{4}-Q\d", rapport("report", "--quarter", this_quarter(tmp_path), "--out", ".", at=tmp_path)
        )

    report = tmp_path / f"{quarter.group()}-organization.pdf"
    assert report.read_bytes().startswith(b"%PDF")
    scores = rapport("scores", "--format", "csv", at=tmp_path)
    assert re.search(r"2026-Q3,Care,trust,\d+,", scores)


def rapport(*words, at) -> str:
    """What a person types in the folder `at`, and what it prints."""
    command = [sys.executable, "-m", "dashboard", *words, "--db", "rapport.duckdb"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=at, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


@contextmanager
def served(folder):
    """`rapport serve` in a process of its own; gives the sign-in link that it prints."""
    command = [sys.executable, "-m", "dashboard", "serve", "--port", "0", "--db", "rapport.duckdb"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as server:
        try:
            printed = iter(server.stdout.readline, "")
            yield next(line.split()[-1] for line in printed if line.startswith("Sign in"))
        finally:
            server.terminate()
            server.wait(timeout=30)


def answer_in_the_browser(page, link):
    page.goto(link)
    page.get_by_role("group", name=re.compile("do what they say")).get_by_label("Agree", exact=True).check()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name=re.compile("Thank you")).wait_for()


def post(link, **fields):
    """A form sent without a browser: the code stands behind the # of a link."""
    address, code = link.split("#")
    body = urllib.parse.urlencode({"code": code, **fields}).encode()
    with urllib.request.urlopen(address, body) as response:  # noqa: S310  our own server on loopback
        assert response.status == 200


def this_quarter(folder) -> str:
    waves = rapport("wave", "status", "--format", "csv", at=folder)
    year, month = re.search(r"2026-Q3.*?,closed,.*?(\d{4})-(\d{2})-\d{2}", waves).groups()
    return f"{year}-Q{(int(month) + 2) // 3}"


def write_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


assert (REPOSITORY / "dashboard").exists()
