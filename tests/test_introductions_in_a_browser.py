"""Two people asked about one another, in a real browser, from the link to the conversation and to its end."""

import os
from datetime import timedelta

import pytest
from asking import introduced, served

PAIRS = (("m00", "m01"), ("m02", "m03"), ("m04", "m05"))
PICTURES = os.environ.get("RAPPORT_PICTURES_IN")  # for whoever wants to look: a folder


@pytest.fixture
def people(browser):
    """A browser for each of the two: wide and light for Ana, narrow and dark for Ben."""
    wide = browser.new_context(viewport={"width": 1440, "height": 900})
    narrow = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    yield wide.new_page(), narrow.new_page()
    wide.close()
    narrow.close()


def picture(page, name):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_both_say_yes_and_each_reads_the_same_sheet_and_tells_that_they_met(desk, people):
    codes = introduced(desk, *PAIRS, hosts={("m00", "m01"): "m07"}, why="Both list pricing, and both work in Ghent.")
    ana, ben = people
    with served(desk) as address:
        ana.goto(f"{address}/i#{codes['m00', 'm01']}")
        ana.get_by_role("heading", name="Would you like to meet Ben Ruiz?").wait_for()
        assert ana.url == f"{address}/i"
        yes, no = (ana.get_by_role("button", name=name) for name in ("Yes, I would", "No, thank you"))
        assert yes.bounding_box()["width"] == no.bounding_box()["width"]
        assert min(each.bounding_box()["height"] for each in (yes, no)) >= 52
        picture(ana, "asked")
        yes.click()
        ana.get_by_text("You have answered").wait_for()
        picture(ana, "said-yes")

        ben.goto(f"{address}/i#{codes['m01', 'm00']}")
        ben.get_by_role("button", name="Yes, I would").wait_for()
        picture(ben, "asked-dark")
        ben.get_by_role("button", name="Yes, I would").click()
        ben.get_by_role("heading", name="You and Ana Ruiz both said yes").wait_for()
        picture(ben, "sheet-dark")
        assert min(cell.bounding_box()["width"] for cell in ben.locator(".sheet .room td").all()) > 140  # room to write
        ana.goto(f"{address}/i#{codes['m00', 'm01']}")
        ana.get_by_role("heading", name="You and Ben Ruiz both said yes").wait_for()
        for page in (ana, ben):
            assert page.get_by_text("Hana Ruiz knows you both").is_visible()
            assert page.get_by_text("Both list pricing").is_visible()
            assert not page.get_by_label("Remind me in six weeks").is_checked()
        picture(ana, "sheet")
        if PICTURES:
            ana.emulate_media(media="print")
            ana.pdf(path=f"{PICTURES}/sheet.pdf", format="A4", print_background=True)
            ana.emulate_media(media="screen")

        ana.get_by_label("Yes", exact=True).check()
        ana.get_by_label("Remind me in six weeks").check()
        ana.get_by_role("button", name="Keep this").click()
        ana.get_by_text("That is kept.").wait_for()
        assert ana.get_by_label("Yes", exact=True).is_checked()
        picture(ana, "met")
        ben.goto(f"{address}/i#{codes['m01', 'm00']}")
        ben.get_by_role("heading", name="You and Ana Ruiz both said yes").wait_for()
        assert not ben.get_by_label("Yes", exact=True).is_checked()


def test_after_a_no_the_other_reads_what_silence_would_show_then_and_at_the_end(desk, clock, people):
    codes = introduced(desk, *PAIRS)
    ana, ben = people
    with served(desk) as address:

        def read_by_ana(pair, heading):
            ana.goto(f"{address}/privacy")
            ana.goto(f"{address}/i#{codes[pair]}")
            ana.get_by_role("heading", name=heading).wait_for()
            return ana.locator("main").inner_text()

        ana.goto(f"{address}/i#{codes['m00', 'm01']}")
        ana.get_by_role("button", name="Yes, I would").click()
        ana.get_by_text("You have answered").wait_for()
        silent = read_by_ana(("m00", "m01"), "Would you like")

        ben.goto(f"{address}/i#{codes['m01', 'm00']}")
        ben.get_by_role("button", name="No, thank you").click()
        ben.get_by_text("You have answered").wait_for()
        picture(ben, "said-no-dark")
        assert read_by_ana(("m00", "m01"), "Would you like") == silent

        clock.now += timedelta(days=29)
        declined, unanswered = (read_by_ana(pair, "is over") for pair in PAIRS[:2])
        picture(ana, "over")
        ben.goto(f"{address}/privacy")
        ben.goto(f"{address}/i#{codes['m01', 'm00']}")
        ben.get_by_role("heading", name="This introduction is over").wait_for()
        picture(ben, "over-dark")
        assert declined == unanswered == ben.locator("main").inner_text()
