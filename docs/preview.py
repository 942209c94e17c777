"""The picture that stands beside a link where somebody pastes it: `.venv/bin/python docs/preview.py`.

It is drawn in our own palette and font and kept in surveys/assets. It says what Rapport is for and nothing else: no
organization, no figure, and nothing that depends on the link.
"""
# ruff: noqa: INP001  a script beside the documents, not part of a package

import base64
import sys
from pathlib import Path

from pictures import CHROMIUM, FLAGS
from playwright.sync_api import sync_playwright

from dashboard.theme import LIGHT

ASSETS = Path(__file__).resolve().parent.parent / "surveys" / "assets"
WIDTH, HEIGHT = 1200, 630
SENTENCE = "See how working relationships are doing, and mend them."
PAGE = """
<!doctype html>
<style>
@font-face {{ font-family: "Noto Sans"; src: url(data:font/woff2;base64,{font}) }}
body {{ margin: 0; background: {look.paper}; color: {look.ink}; font: 62px/1.25 "Noto Sans" }}
main {{ box-sizing: border-box; height: {height}px; padding: 96px; border-bottom: 14px solid {look.accent};
        display: flex; flex-direction: column; justify-content: space-between }}
main > svg {{ height: 88px; width: auto; align-self: start }}
p {{ margin: 0 0 12px; max-width: 940px }}
</style>
<main>{logo}<p>{sentence}</p></main>
"""


def main() -> None:
    """Draw it."""
    if CHROMIUM is None:
        sys.exit("No Chromium on this machine: install your system's package 'chromium'.")
    font = base64.b64encode((ASSETS / "fonts" / "noto-sans-latin-400-normal.woff2").read_bytes()).decode()
    logo = (ASSETS / "logo-light.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(PAGE.format(font=font, look=LIGHT, height=HEIGHT, logo=logo, sentence=SENTENCE))
        page.evaluate("document.fonts.ready.then(() => true)")
        page.screenshot(path=ASSETS / "preview.png")
        browser.close()


if __name__ == "__main__":
    main()
