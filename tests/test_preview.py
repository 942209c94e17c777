"""What a chat shows beside a pasted link: our name, a sentence and a picture, the same for every link; real HTTP."""

import re
import struct
from dataclasses import replace

import httpx2
import pytest
from asking import ask
from served import served

from surveys import ballots

FORMS = ("/p", "/n", "/i")
PAGES = (*FORMS, "/privacy", "/p/thanks", "/n/thanks", "/signin")
ASKED_FROM = "https://rapport.example"


@pytest.fixture
def codes(desk):
    """The codes of somebody's two links."""
    return ask(desk)["m00"]


@pytest.fixture
def seen(desk):
    """Give what an address answers at a desk whose links begin with another address than the server's own."""
    with served(replace(desk, url=ASKED_FROM)) as address:
        yield lambda path, **more: httpx2.request("POST" if more else "GET", f"{address}{path}", data=more or None)


def told(html: str) -> dict[str, str]:
    """The properties that whoever shows a link reads."""
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)">', html))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("codes")
def test_every_page_that_a_link_opens_has_a_preview_that_names_no_organization(seen, path):
    shown = told(seen(path).text)

    assert shown["og:title"] == "Rapport"
    assert shown["og:description"].endswith(".")
    assert shown["twitter:card"] == "summary_large_image"
    assert "Larkfield" not in " ".join(shown.values())


@pytest.mark.parametrize("path", ["/p", "/signin"])
def test_the_picture_is_ours_begins_as_links_do_and_has_the_size_that_is_said(seen, path):
    shown = told(seen(path).text)
    address = shown["og:image"].removeprefix(ASKED_FROM)
    picture = seen(address)

    assert address.startswith("/assets/preview.png?")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert struct.unpack(">II", picture.content[16:24]) == (1200, 630)
    assert (shown["og:image:width"], shown["og:image:height"]) == ("1200", "630")


def test_it_is_the_same_for_a_link_that_works_one_that_never_did_and_none(seen, codes):
    pulse, network = codes
    never = ballots.code(b"x" * 16)
    previews = [
        told(seen(path, code=code).text)
        for path, code in (("/p", pulse), ("/p", never), ("/n", network), ("/n", never), ("/i", never))
    ]

    assert previews[0]
    assert all(preview == told(seen("/p").text) for preview in previews)


def test_nothing_that_opens_a_page_loads_the_picture(seen):
    html = seen("/p").text

    assert html.count("preview.png") == 1
    assert not re.search(r'(src|href)="[^"]*preview', html)


def test_where_the_address_is_not_known_there_is_no_preview_and_no_broken_one():
    from surveys.pages import CodePage, House, render

    assert told(render(CodePage("p"), House())) == {}
