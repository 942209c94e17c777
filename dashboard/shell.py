"""The one page from which every page of the dashboard starts: Streamlit's own, with our name, our letters and our icon.

It says nothing of the organization. A browser learns from it what the page will need, and loads that while Streamlit
still works the page out: our typeface, and the large script that draws, of which it would hear with the first chart.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from surveys.pages import asset

STATIC = Path(str(distribution("streamlit").locate_file("streamlit/static")))  # found, and not loaded
FONTS = ("fonts/noto-sans-latin-400-normal.woff2", "fonts/noto-sans-latin-600-normal.woff2")
"""What nearly every page is written in."""
WITHOUT_SCRIPTS = "<p>The dashboard needs JavaScript. The forms that people answer do not.</p>"
DRAWS = "PlotlyChart.*.js"


def routes(addresses: Sequence[str]) -> list[Route]:
    """Serve the shell at the addresses of pages; they come before Streamlit's own."""

    def answer(_request: Request) -> Response:
        return HTMLResponse(shell())

    return [Route(address, answer, methods=["GET"]) for address in addresses]


@cache
def shell() -> str:
    """Write the page. What a later Streamlit writes otherwise stays as Streamlit writes it."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    for pattern, ours in _changes():
        page = re.sub(pattern, ours, page, count=1, flags=re.DOTALL)
    return page


def _changes() -> Sequence[tuple[str, Callable[[re.Match[str]], str]]]:
    """What stands in Streamlit's page, and what in ours."""
    scripts = [f"/static/js/{script.name}" for script in (STATIC / "static" / "js").glob(DRAWS)]
    head = [
        *(f'<link rel="preload" href="/assets/{font}" as="font" type="font/woff2" crossorigin />' for font in FONTS),
        *(f'<link rel="modulepreload" href="{script}" />' for script in scripts),
        f'<link rel="stylesheet" href="{asset("dashboard.css")}" />',
    ]
    changes = {
        r"<title>.*?</title>": "<title>Rapport</title>",
        r'href="\./favicon\.png"': f'href="{asset("favicon.png")}"',
        r'<link\s+rel="preload"[^>]*SourceSans[^>]*>\s*': "",  # letters that no page of ours is written in
        r'(<!--(?:(?!-->).)*?-->\s*)?<link rel="service-desc"[^>]*>\s*': "",  # of programs that are not let in
        r"<noscript>.*?</noscript>": f"<noscript>{WITHOUT_SCRIPTS}</noscript>",
        r"</head>": "\n    ".join(["", *head]) + "\n  </head>",
    }
    return [(pattern, lambda _found, ours=ours: ours) for pattern, ours in changes.items()]  # type: ignore[misc]
