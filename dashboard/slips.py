"""Paper slips: for everybody invited one code to a pulse, without a name, to be drawn from a pile.

A ballot counts in one group, so every group has a pile of its own, in random order; on the slip stand the group, the
address and the code, and nothing that leads to a person. For people without a mailbox, and those who trust paper more.
"""

import io
import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

import segno
import typst

from surveys import ballots
from surveys.pages import KIOSK
from surveys.picker import in_a_list

TEMPLATE = Path(__file__).with_name("slips.typ")
FONTS = Path(__file__).with_name("assets") / "fonts"


def slips(piles: Mapping[str, Sequence[str]]) -> bytes:
    """Lay out one slip for each pulse link, ten to a page of A4, each group on pages of its own, as a PDF.

    `piles` holds the links by the name of the group that counts them. A ValueError where there is none.
    """
    if not any(piles.values()):
        raise ValueError("This wave has no pulse links to print: it asks the network only, or has closed.")
    rows = [[_slip(group, url) for url in shuffled(piles[group])] for group in sorted(piles, key=in_a_list)]
    inputs = {"piles": json.dumps(rows)}
    return bytes(typst.compile(str(TEMPLATE), sys_inputs=inputs, font_paths=[str(FONTS)], ignore_system_fonts=True))


def shuffled(urls: Sequence[str]) -> list[str]:
    """Bring links into an order that nobody can predict: the roster's order would put names on the slips."""
    order = list(urls)
    secrets.SystemRandom().shuffle(order)
    return order


def square(url: str) -> str:
    """Draw a link as a QR code, an SVG with a quiet zone, readable with a quarter of it soiled."""
    drawn = io.BytesIO()
    segno.make(url, error="q", micro=False).save(drawn, kind="svg", xmldecl=False, svgns=True, border=2)
    return drawn.getvalue().decode()


def _slip(group: str, url: str) -> dict[str, str]:
    address, _, code = url.partition("#")
    if ballots.is_short(code):
        address = address.removesuffix("/p") + KIOSK
    return {"group": group, "address": address, "code": code, "square": square(url)}
