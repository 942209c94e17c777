"""What the scripts add, seen in a real browser; everything else about the forms is tested without one."""

import pytest
from asking import ask, opened_boxes, served

from surveys.submission import Submission


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    opened = context.new_page()
    opened.troubles, opened.addresses = [], []
    opened.on("console", lambda message: message.type == "error" and opened.troubles.append(message.text))
    opened.on("pageerror", lambda error: opened.troubles.append(str(error)))
    opened.on("request", lambda request: opened.addresses.append(request.url))
    yield opened
    context.close()


def test_a_link_opens_its_form_and_its_code_leaves_the_address(desk, page):
    pulse, _ = ask(desk)["m00"]
    with served(desk) as address:
        page.goto(f"{address}/p#{pulse}")
        page.get_by_role("group", name="People here respect my time.").wait_for()

        assert page.url == f"{address}/p"
        assert not any(pulse in requested for requested in page.addresses)
        assert all(requested.startswith(address) for requested in page.addresses)
        assert page.troubles == []


def test_another_link_on_the_same_page_opens_another_form(desk, page):
    everyone = ask(desk)
    with served(desk) as address:
        page.goto(f"{address}/p#{everyone['m00'][0]}")
        page.get_by_text("Engineering", exact=True).wait_for()

        page.evaluate(f"location.hash = '{everyone['m01'][0]}'")

        page.get_by_text("Design", exact=True).wait_for()
        assert page.url == f"{address}/p"


def test_a_draft_outlives_a_reload_and_ends_with_sending(desk, page):
    pulse, _ = ask(desk)["m00"]
    with served(desk) as address:
        page.goto(f"{address}/p#{pulse}")
        page.locator("[name=T1][value='4']").check()
        page.locator("[name=C1][value='']").check()
        page.get_by_label("Is there anything").fill("A draft.")

        page.goto(f"{address}/p#{pulse}")
        page.get_by_text("2 of 8").wait_for()
        assert page.get_by_label("Is there anything").input_value() == "A draft."
        assert page.get_by_text("492 characters left.").is_visible()
        assert pulse not in page.evaluate("JSON.stringify(sessionStorage)")
        page.get_by_role("button", name="Send my answers").click()
        page.get_by_role("heading", name="Thank you").wait_for()

        assert page.evaluate("sessionStorage.length") == 0
        assert opened_boxes(desk) == [Submission({"T1": 4}, "A draft.")]
        assert page.troubles == []


def test_a_draft_is_not_shown_to_the_holder_of_another_link(desk, page):
    everyone = ask(desk)
    with served(desk) as address:
        page.goto(f"{address}/p#{everyone['m00'][0]}")
        page.locator("[name=T1][value='4']").check()

        page.goto(f"{address}/p#{everyone['m01'][0]}")

        page.get_by_text("0 of 8").wait_for()


def test_a_search_answers_while_one_types_and_keeps_what_was_chosen(desk, page):
    _, network = ask(desk, people=70)["m00"]
    with served(desk) as address:
        page.goto(f"{address}/n#{network}")
        work = page.get_by_role("group", name="In the last four weeks")
        assert not work.get_by_role("button", name="Find").is_visible()
        work.get_by_label("Type a name").fill("hana nov")
        work.get_by_label("Hana Novák").check()
        work.get_by_label("daily").check(force=True)

        work.get_by_label("Type a name").fill("ben sa")
        work.get_by_label("Ben Sato").wait_for()

        assert work.get_by_label("Hana Novák").is_checked()
        assert work.get_by_label("daily").first.is_checked()
        assert work.get_by_text("1 chosen.").is_visible()
        assert page.troubles == []


def test_a_list_is_filtered_by_name_and_ends_where_no_more_fit(desk, page):
    _, network = ask(desk, people=20)["m00"]
    with served(desk) as address:
        page.goto(f"{address}/n#{network}")
        page.get_by_text("Who would you like to get to know").first.click()
        meet = page.get_by_role("group", name="Who would you like to get to know")
        boxes = meet.locator(".person [type=checkbox]")
        for n in range(5):
            boxes.nth(n).check()

        assert meet.get_by_text("5 chosen, which is as many as fit.").is_visible()
        assert boxes.nth(5).is_disabled()

        meet.get_by_label("Filter by name").fill("tom")
        assert meet.get_by_label("Tomas Ruiz").is_visible()
        assert boxes.nth(0).is_visible()
        assert not boxes.nth(6).is_visible()


@pytest.mark.parametrize("people", [20, 70])
def test_with_whom_one_works_is_offered_first_as_soon_as_it_is_chosen(desk, page, people):
    _, network = ask(desk, people=people, names=("help", "meet"))["m00"]
    with served(desk) as address:
        page.goto(f"{address}/n#{network}")
        work, turn, meet = (page.locator(f"#q-{kind}") for kind in ("work", "help", "meet"))
        if people > 50:
            work.get_by_label("Type a name").fill("tomas ruiz")
        else:
            page.locator("summary", has_text="When you are stuck").click()
            turn.get_by_label("Ben Ruiz").check()
        work.get_by_label("Tomas Ruiz").check()

        turn.get_by_text("You work with them").wait_for()

        assert turn.locator(".person").first.get_by_label("Tomas Ruiz").is_visible()
        assert turn.get_by_label("Tomas Ruiz").count() == 1
        assert meet.get_by_text("You work with them").count() == 0
        if people <= 50:
            assert turn.get_by_label("Ben Ruiz").is_checked()
            assert turn.get_by_text("1 chosen.").is_visible()
        assert page.troubles == []


def test_about_how_many_more_is_asked_where_no_more_fit(desk, page):
    _, network = ask(desk, people=20)["m00"]
    with served(desk) as address:
        page.goto(f"{address}/n#{network}")
        page.get_by_text("Who would you like to get to know").first.click()
        meet = page.get_by_role("group", name="Who would you like to get to know")
        more = meet.get_by_label("If 5 are not enough: about how many more?")
        boxes = meet.locator(".person [type=checkbox]")
        assert not more.is_visible()

        for n in range(5):
            boxes.nth(n).check()
        more.fill("3")
        boxes.nth(0).uncheck()

        assert more.is_visible()  # with its number, until somebody takes it away
        more.fill("")
        boxes.nth(1).uncheck()
        assert not more.is_visible()


def test_the_form_fits_a_narrow_phone_at_twice_the_text_size(desk, browser):
    pulse, network = ask(desk)["m00"]
    context = browser.new_context(viewport={"width": 320, "height": 568})
    page = context.new_page()
    with served(desk) as address:
        for form, code in (("p", pulse), ("n", network)):
            page.goto(f"{address}/{form}#{code}")
            page.locator("button.send").wait_for()
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.goto(f"{address}/privacy")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


MEASURED = """all => all.filter(each => each.checkVisibility())
    .map(each => [each.getBoundingClientRect().height, each.outerHTML])"""
TAPPED = "button:not(.hidden), summary, label:has(> input), input:not([type=hidden]):not(label input), textarea"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_that_is_tapped_is_44_pixels_high_in_either_direction(desk, browser, language):
    pulse, network = ask(desk)["m00"]
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale=language, color_scheme="dark")
    page = context.new_page()
    with served(desk) as address:
        for form, code in (("p", pulse), ("n", network)):
            page.goto(f"{address}/{form}#{code}")
            page.locator("button.send").wait_for()
            for person in page.locator(".person [type=checkbox]").all()[:2]:
                person.check()
            page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
            sizes = page.locator(TAPPED).evaluate_all(MEASURED)
            assert len(sizes) > 40
            assert [(height, html) for height, html in sizes if height < 44] == []
    context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pulse_is_answered_with_the_keyboard_alone(desk, browser, language):
    """Tab goes from statement to statement, arrows choose, space takes what stands apart, and Enter sends."""
    pulse, _ = ask(desk)["m00"]
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=language)
    page = context.new_page()

    def focused():
        return page.evaluate("[document.activeElement.name, document.activeElement.value]")

    def ring():
        return page.evaluate(
            "getComputedStyle(document.activeElement.closest('label') ?? document.activeElement).outlineWidth"
        )

    with served(desk) as address:
        page.goto(f"{address}/p#{pulse}")
        page.locator("button.send").wait_for()
        met = []
        while "T1" not in met:
            page.keyboard.press("Tab")
            met.append(focused()[0])
        assert met.count("translate") == 4  # the other languages, and no hidden button
        assert ring() == "3px"
        page.keyboard.press("ArrowDown")
        assert focused() == ["T1", "2"]
        page.keyboard.press("Tab")
        assert focused()[0] == "C1"
        page.keyboard.press("Space")
        assert focused() == ["C1", "1"]
        while page.evaluate("!document.activeElement.matches('.send')"):
            page.keyboard.press("Tab")
        assert ring() == "3px"
        page.keyboard.press("Enter")
        page.locator("h1[data-sent]").wait_for()
        assert opened_boxes(desk)[0].answers == {"T1": 2, "C1": 1}
    context.close()


def test_rows_to_tap_are_large_enough_for_a_thumb(desk, page):
    pulse, _ = ask(desk)["m00"]
    with served(desk) as address:
        page.goto(f"{address}/p#{pulse}")
        page.locator(".choices label").first.wait_for()

        heights = page.locator(".choices label, .apart, .send").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().height)"
        )

    assert len(heights) == 8 * 6 + 1
    assert min(heights) >= 52
