"""The page that every page of the dashboard starts from is Streamlit's, with our name, our letters and our icon."""

import re

import httpx2
import pytest
from served import browser_cookies, served

from dashboard.guard import ADDRESSES
from dashboard.shell import STATIC, shell


def test_it_bears_our_name_and_says_what_works_without_scripts():
    page = shell()
    assert "<title>Rapport</title>" in page
    assert "Streamlit</title>" not in page
    assert "agent" not in page.partition("</head>")[2]
    assert "<noscript><p>The dashboard needs JavaScript. The forms that people answer do not.</p></noscript>" in page


def test_every_script_of_streamlits_page_is_in_it_and_none_of_ours():
    theirs = (STATIC / "index.html").read_text(encoding="utf-8")
    scripts = re.compile(r"<script.*?</script>", re.DOTALL)
    assert scripts.findall(shell()) == scripts.findall(theirs) != []


@pytest.fixture(scope="module")
def come_along() -> list[str]:
    head = shell().partition("</head>")[0]
    return re.findall(r'<link rel="(?:preload|modulepreload|stylesheet)" href="(/(?!static/css)[^"]+)"', head)


def test_every_page_is_the_same_and_what_it_will_need_comes_along_and_nothing_else(desk, come_along):
    assert [name.rpartition("/")[2].partition(".")[0] for name in come_along] == [
        "noto-sans-latin-400-normal",
        "noto-sans-latin-600-normal",
        "PlotlyChart",
        "dashboard",
    ]
    assert "SourceSans" not in shell()
    with served(desk) as address:
        cookies = {each["name"]: each["value"] for each in browser_cookies(address)}
        assert {httpx2.get(address + name, cookies=cookies).status_code for name in come_along} == {200}
        pages = {httpx2.get(address + path, cookies=cookies, follow_redirects=True).text for path in ADDRESSES}
    assert pages == {shell()}
