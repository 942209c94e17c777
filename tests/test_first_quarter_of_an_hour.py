"""A people team's first quarter of an hour: from an empty database to a PDF, following nothing but the screen."""

import csv
import io
from datetime import timedelta

import httpx2
import pypdf
import pytest
from larkfield import Company, administrator_of, keep
from served import browser_cookies, served
from test_pages import visit, words  # noqa: F401  the fixture that opens a page

from dashboard import first, wording_surveys
from data import roster

PEOPLE = "member_id,name,email,team,lead_of\n" + "\n".join(
    f"p{n:02},Person {n},p{n:02}@example.org,{'Care' if n < 9 else 'Shop'},{'Care' if n == 0 else ''}"
    for n in range(18)
)
ANSWERS = {f"{letter}{number}": str(3 + number % 3) for letter in "TCLB" for number in range(1, 6)}


@pytest.mark.usefixtures("counting_here")
def test_the_screen_alone_leads_from_nothing_to_a_closed_wave_and_a_pdf(desk, browser):
    with served(desk) as address:
        seen = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
        seen.add_cookies(browser_cookies(address))
        page, trouble = seen.new_page(), []
        page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)

        def press(name):
            page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
            page.get_by_role("button", name=name, exact=True).click()

        def fetch(name):
            with page.expect_download() as coming:
                press(name)
            return coming.value.path().read_bytes()

        page.goto(address)
        press("Bring in the people")
        page.get_by_label("Name of the organization").fill("Riverside")
        page.get_by_label("Name of the organization").press("Enter")
        press("Keep the name and the time zone")
        page.get_by_text("Riverside, UTC").wait_for()
        assert b"Ada Example" in fetch("A sample to fill in")
        roster_file = {"name": "roster.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
        page.locator("input[type=file]").set_input_files(roster_file)
        press("Change the roster")
        press("Open the wave")
        page.get_by_text("Everybody needs their links.").wait_for()
        for link in csv.DictReader(io.StringIO(fetch("Links").decode())):
            code = link["pulse_url"].partition("#")[2]
            said = httpx2.post(f"{address}/p", data={"code": code, "answers": "1", **ANSWERS})
            assert said.status_code == 303
        press("Close the wave")
        press("Close it now")
        press("See what was said")
        page.get_by_text("The first figures are in").wait_for()
        page.get_by_role("link", name="Reports", exact=True).click()
        press("Make the report")
        [wave] = read_now(desk).waves
        pdf = pypdf.PdfReader(io.BytesIO(fetch(f"Download {wave.name}-organization.pdf")))

        assert "The first figures are in" in " ".join(pdf.pages[0].extract_text().split())
        assert "Riverside" in pdf.pages[0].extract_text()
        assert trouble == []
        seen.close()


def test_the_steps_tell_where_an_organization_stands_until_its_first_close(desk, visit, clock):  # noqa: F811
    assert wording_surveys.first_step(read_now(desk)) == 0
    assert all(
        f"{n}. {name}" in words(visit("waves")) for n, (name, _) in enumerate(wording_surveys.FIRST_STEPS, start=1)
    )
    keep(desk, Company(waves=0))
    assert wording_surveys.first_step(read_now(desk)) == 1
    app = visit("waves")
    next(button for button in app.button if button.label == "Open the wave").click().run()
    assert wording_surveys.first_step(read_now(desk)) == 2
    clock.now += timedelta(days=15)
    assert wording_surveys.first_step(read_now(desk)) == 3


def read_now(desk):
    from dashboard import readable

    return readable.read(desk, administrator_of(desk), desk.today())


def test_after_the_first_close_the_steps_are_gone_and_the_page_leads_on(desk, visit):  # noqa: F811
    keep(desk, Company(waves=1))
    app = visit("waves")

    assert "1. Bring in the people" not in words(app)
    assert {"See what was said", "Put it on paper"} <= {button.label for button in app.button}


def test_a_steward_is_not_led_to_figures_and_names_nothing(desk, visit, monkeypatch):  # noqa: F811
    from dashboard import access, context

    keep(desk, Company(waves=1))
    with desk.store.writing() as db:
        roster.appoint(db, "m0101", "steward")
        steward = access.viewer_for(db, "m0101", "steward")
    opened = visit("waves")
    monkeypatch.setattr(context, "viewer", lambda: steward)
    app = opened.run()

    assert "See what was said" not in {button.label for button in app.button}
    assert "house" not in {box.key for box in app.text_input}


def test_the_sample_is_a_roster_that_can_be_read_as_it_stands(desk):
    from dashboard import asking

    change, notices = asking.read_roster(desk, "sample.csv", first.SAMPLE.read_bytes())

    assert notices == []
    assert len(change.added) == 6
    assert {member.email.rpartition("@")[2] for member in change.added} == {"example.org"}


def test_looking_round_names_a_command_that_never_touches_this_database(visit):  # noqa: F811
    app = visit("waves")

    assert [code.value for code in app.code] == ["rapport demo --port 0"]
    assert wording_surveys.APART in words(app).replace("\\", "")
