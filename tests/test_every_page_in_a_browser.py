"""Every page and form as a browser shows it: on a desk and a phone, by day and by night, from left and from right."""

import re
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product
from typing import get_args
from urllib.parse import urlsplit

import larkfield
import pytest
from asking import codes_of
from axe_playwright_python.sync_playwright import Axe
from conftest import full
from served import browser_cookies, served

from dashboard import access, parts
from surveys import opening
from surveys.questionnaire import builtin

DESK, PHONE = 1440, 390
LOOKS = (
    list(product((DESK, PHONE), ("light", "dark"), ("en", "ar")))
    if full
    else [(DESK, "light", "en"), (PHONE, "dark", "ar")]
)
PAGES = ["" if page == "overview" else page for page in get_args(access.Page)]
FIXED = ("privacy", "p/thanks", "n/thanks", "signin", "kit", "kiosk", "kiosk/p/thanks", "kiosk/privacy")
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
    event.blockedURI === "wasm-eval" || console.error(`VIOLATION ${event.violatedDirective} ${event.blockedURI}`))
"""
"""Streamlit's protobuf tries WebAssembly for large numbers, may not, and does without: silently, and by design."""
REFUSED = "VIOLATION|Content Security Policy|Refused to"
TOO_WIDE = """[document.documentElement, document.querySelector("[data-testid=stMain]")]
    .some(each => each && each.scrollWidth > each.clientWidth)"""


@pytest.mark.parametrize("look", LOOKS, ids=[" ".join(map(str, look)) for look in LOOKS])
def test_every_page_fits_shuts_nobody_out_has_no_error_and_calls_nobody_else(desk, clock, browser, look):
    width, scheme, language = look
    larkfield.keep(desk, larkfield.Company(teams=larkfield.NINE[:4], waves=2))
    clock.now = datetime(2026, 11, 2, 8)
    closes = clock.now + timedelta(days=7)
    opening.open_wave(desk, "2026-Q4", asks="both", questionnaire=builtin("quarterly"), closes=closes)
    pulse, network = codes_of(desk, "2026-Q4")["m0001"]
    too_wide, barred = [], []
    looks = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": language}
    with served(desk) as address, watched(browser, address, looks) as (page, elsewhere, trouble):
        for path in PAGES:
            page.goto(f"{address}/{path}")
            page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
            page.locator("h1").first.wait_for()
            page.evaluate("document.fonts.ready.then(() => true)")  # our policy refuses `wait_for_function`
            if path != "log":  # Chromium never calls that page idle, although each of its requests has ended
                page.wait_for_load_state("networkidle")
            unfold(page)
            too_wide += [path] if page.evaluate(TOO_WIDE) else []
            barred += barriers(page, path)
        for path in (f"p#{pulse}", f"n#{network}", "p#nonsense", *FIXED, f"kiosk#{pulse}"):
            page.goto(f"{address}/{path}")
            page.wait_for_load_state("networkidle")
            page.evaluate("document.getElementById('quiet')?.removeAttribute('hidden')")
            too_wide += [path] if page.evaluate(TOO_WIDE) else []
            barred += barriers(page, path)
        assert (too_wide, barred, elsewhere, trouble) == ([], [], [], [])

        for path in ("p", ""):  # the same eyes see what should not be
            page.goto(f"{address}/{path}")
            page.locator("h1").first.wait_for()
            with page.expect_console_message(lambda said: "VIOLATION" in said.text):
                page.evaluate("new Image().src = 'https://elsewhere.example/x.png'")
            page.evaluate("h1 = document.querySelector('h1'); h1.style.minWidth = '9000px'; h1.append(new Image())")
            assert (page.evaluate(TOO_WIDE), [found[1] for found in barriers(page, path)]) == (True, ["image-alt"])


def unfold(page) -> None:
    """Open what stands folded up, and wait for what is in it."""
    for key in parts.FOLDS:
        fold = page.locator(f".st-key-{key} summary")
        if fold.count():
            fold.click()
            page.locator(f".st-key-{key} [data-testid=stElementContainer]").first.wait_for()


def barriers(page, path) -> list[tuple[str, str, str]]:
    """What axe-core finds: rules of WCAG and good practice that an element breaks."""
    broken = Axe().run(page).response["violations"]
    return [(path, rule["id"], node["html"]) for rule in broken for node in rule["nodes"]]


def is_trouble(said) -> bool:
    """An error, or anything that was refused. A code that is not known is answered with 404, which a browser notes."""
    expected = "the server responded with a status of 404" in said.text and urlsplit(said.location["url"]).path == "/p"
    return bool(re.search(REFUSED, said.text)) or (said.type == "error" and not expected)


@contextmanager
def watched(browser, address, looks):
    """A page of the administrator's, the addresses it asks elsewhere, and every error or refusal in its console."""
    seen = browser.new_context(**looks)
    seen.add_cookies(browser_cookies(address))
    seen.add_init_script(REPORT_VIOLATIONS)
    page, elsewhere, trouble = seen.new_page(), [], []
    ours = (address, "data:", "blob:")
    page.on("request", lambda asked: elsewhere.append(asked.url) if not asked.url.startswith(ours) else None)
    page.on("console", lambda said: trouble.append(said.text) if is_trouble(said) else None)
    try:
        yield page, elsewhere, trouble
    finally:
        seen.close()
