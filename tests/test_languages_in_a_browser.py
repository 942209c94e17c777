"""The forms in other languages, answered in a real browser: with scripts, without, and with the Enter key."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from asking import ask, opened_boxes, served
from test_promises import tables

from surveys.language import languages
from surveys.questionnaire import builtin
from surveys.submission import Submission
from surveys.translation import of_the_bank

PHONE = {"width": 390, "height": 844}


@contextmanager
def reading(browser, language, **options):
    """A page in the browser of somebody who reads this language."""
    context = browser.new_context(locale=language, viewport=PHONE, **options)
    page = context.new_page()
    page.troubles, page.asked, page.sent = [], [], []
    page.on("console", lambda message: message.type == "error" and page.troubles.append(message.text))
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("request", lambda request: page.sent.append(request.url))
    page.on("request", lambda request: page.asked.append(request.url.partition("?")[0].rpartition("/")[2]))
    try:
        yield page
    finally:
        context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_pulse_is_answered_in_arabic(desk, browser, scripts):
    pulse, _ = ask(desk)["m00"]
    arabic, bank = languages()["ar"], of_the_bank("ar")
    with served(desk) as address, reading(browser, "ar", java_script_enabled=scripts) as page:
        if scripts:
            page.goto(f"{address}/p#{pulse}")
        else:
            page.goto(f"{address}/p")
            page.get_by_label(arabic.say("Code from your invitation")).fill(pulse.lower())
            page.get_by_role("button", name=arabic.say("Continue")).click()
        first = page.get_by_role("group", name=bank.items["T1"])
        first.get_by_label(bank.labels[3], exact=True).check()
        page.get_by_label(bank.comment).fill("كل شيء على ما يرام.")
        assert page.locator("html").get_attribute("dir") == "rtl"
        circle, words = (first.locator(which).first.bounding_box() for which in ("input", "label"))
        assert circle["x"] > words["x"] + words["width"] / 2

        page.get_by_role("button", name=arabic.say("Send my answers")).click()

        page.get_by_role("heading", name=arabic.say("Thank you. Your answers are sealed.")).wait_for()
        assert page.url == f"{address}/p/thanks"
        assert not any(asked.endswith("woff2") for asked in page.asked)  # Arabic is shown in the reader's own font
        assert opened_boxes(desk) == [Submission({"T1": 4}, "كل شيء على ما يرام.")]
        assert page.troubles == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_another_language_is_chosen_in_the_middle_of_a_pulse(desk, browser, scripts):
    pulse, _ = ask(desk)["m00"]
    german = languages()["de"]
    with served(desk) as address, reading(browser, "en", java_script_enabled=scripts) as page:
        page.goto(f"{address}/p#{pulse}")
        if not scripts:
            page.get_by_label("Code from your invitation").fill(pulse)
            page.get_by_role("button", name="Continue").click()
        page.locator("[name=T1][value='2']").check()
        page.get_by_label("Is there anything").fill("Kept.")

        page.get_by_role("button", name="Deutsch").click()

        page.get_by_role("group", name=of_the_bank("de").items["T1"]).wait_for()
        assert page.locator("[name=T1][value='2']").is_checked()
        assert page.locator("textarea").input_value() == "Kept."
        assert page.get_by_text("1 von 8").is_visible() == scripts
        page.get_by_role("button", name=german.say("Send my answers")).click()
        if not scripts:
            page.get_by_role("heading", name="Thank you. Your answers are sealed.").wait_for()
            page.get_by_role("button", name="Deutsch").click()
        page.get_by_role("heading", name=german.say("Thank you. Your answers are sealed.")).wait_for()
        assert page.url == f"{address}/p/thanks"
        assert not [sent for sent in page.sent if "language" in sent or "#" in sent]
        assert opened_boxes(desk) == [Submission({"T1": 2}, "Kept.")]
        assert {asked for asked in page.asked if asked.endswith("woff2")} == {"noto-sans-form.woff2"}
        assert page.evaluate("sessionStorage.length") == 0 if scripts else True
        assert page.troubles == []


def test_the_enter_key_opens_a_code_and_looks_for_a_name_and_never_chooses_a_language(desk, browser):
    _, network = ask(desk, people=60)["m00"]
    with served(desk) as address, reading(browser, "fr", java_script_enabled=False) as page:
        page.goto(f"{address}/n")
        page.locator("#code").fill(network)
        page.locator("#code").press("Enter")
        page.get_by_role("heading", name=languages()["fr"].say("Who do you work with?")).wait_for()
        page.locator("#q-work-find").fill("hana")
        page.locator("#q-work-find").press("Enter")

        page.get_by_label("Hana Ruiz").first.wait_for()
        assert page.locator("html").get_attribute("lang") == "fr"
        assert tables(desk)["consent"] == []


def test_names_are_given_in_arabic(desk, browser):
    _, network = ask(desk, people=20)["m00"]
    arabic = languages()["ar"]
    with served(desk) as address, reading(browser, "ar") as page:
        page.goto(f"{address}/n#{network}")
        work = page.get_by_role("group", name=arabic.say("In the last four weeks, who did you really work with?"))
        work.get_by_label(arabic.say("Filter by name")).fill("tom")
        work.get_by_label("Tomas Ruiz").check()
        page.locator(".person", has_text="Tomas Ruiz").first.get_by_label(arabic.say("daily")).check(force=True)
        for choice in ("map", "introductions"):
            page.locator(f"[name={choice}][value=no]").check()

        page.get_by_role("button", name=arabic.say("Send"), exact=True).click()

        page.get_by_role("heading", name=arabic.say("Thank you. Your answers are kept.")).wait_for()
        (said,) = [row[1:5] for row in tables(desk)["tie"]]
        assert said == ("m00", "m19", "work", 3.0)
        assert page.troubles == []


def test_statements_of_another_direction_than_the_page_all_begin_at_one_edge(desk, browser):
    """A legend shrinks to its text, so that a short one would stand at the other side than a long one."""
    short = replace(builtin("pulse"), title="Ours", items=(replace(builtin("pulse").items[0], text="Yes?"), *REST))
    pulse, _ = ask(desk, questionnaire=short)["m00"]
    with served(desk) as address, reading(browser, "ar") as page:
        page.goto(f"{address}/p#{pulse}")
        page.locator("legend").first.wait_for()
        first_letters = page.locator("legend").evaluate_all(LEFT_OF_TEXT)

        assert len(first_letters) == 8
        assert len({round(left) for left in first_letters}) == 1


REST = builtin("pulse").items[1:]
LEFT_OF_TEXT = """all => all.map(each => {
    const text = document.createRange();
    text.selectNodeContents(each);
    return text.getBoundingClientRect().left;
})"""


def test_a_form_fits_a_narrow_phone_at_twice_the_text_size_in_every_direction(desk, browser):
    pulse, network = ask(desk)["m00"]
    with served(desk) as address:
        for language in ("de", "ar"):
            with reading(browser, language) as page:
                page.set_viewport_size({"width": 320, "height": 568})
                for path, code in (("p", pulse), ("n", network)):
                    page.goto(f"{address}/{path}#{code}")
                    page.locator("button.send[value], #comment").first.wait_for()
                    page.evaluate("document.documentElement.style.fontSize = '200%'")
                    assert page.evaluate("document.documentElement.scrollWidth") <= 320, (language, path)
