"""The look of the charts: the tokens of `.streamlit/config.toml` once more, for Plotly, in light and in dark.

Dimension colours are used for dimensions only, never for teams, states or good and bad; each has its own mark, so that
colour never carries a meaning alone. `signal` (attention) stands beside an arrow, a diamond or a word. The contrasts
against `paper` are at least 4.5 : 1 for everything that is read, and the four dimension colours stay apart for
colour-blind readers (smallest CIEDE2000 difference 11.3, Machado 2009).
"""

from collections.abc import Mapping
from dataclasses import dataclass

FONT = "Noto Sans, sans-serif"


@dataclass(frozen=True)
class Palette:
    """One of the two looks. Colours are hex strings, shares of opacity are 0 to 1."""

    paper: str
    panel: str
    ink: str
    muted: str
    line: str
    hair: str
    accent: str
    signal: str
    soft: str
    soft_line: str
    tie: str
    hatch: str
    lower: tuple[str, str]
    """What lies below something: probably, clearly. Ink on either has at least 7.1 : 1."""
    higher: tuple[str, str]
    dimensions: Mapping[str, str]
    band: float
    """Opacity of the band behind a level."""
    trend_band: float
    """Opacity of the band behind a line over waves."""

    def colour(self, dimension: str) -> str:
        """Give the colour of a dimension; one outside the four (somebody's own questionnaire) is drawn in ink."""
        return self.dimensions.get(dimension, self.ink)


LIGHT = Palette(
    paper="#FBFAF6",
    panel="#F3F1EA",
    ink="#1E2A2E",
    muted="#566468",
    line="#DDD9CE",
    hair="#E9E5DB",
    accent="#12525E",
    signal="#A8410F",
    soft="#E8EBE6",
    soft_line="#D3DAD5",
    tie="#B9C2C0",
    hatch="#C9C4B6",
    lower=("#F4DCCB", "#E9BE9F"),
    higher=("#CFE0E1", "#A3C6CA"),
    dimensions={
        "trust": "#1F66B5",
        "communication": "#7C6A1E",
        "collaboration": "#1B4A27",
        "boundaries": "#7A4670",
    },
    band=0.22,
    trend_band=0.16,
)

DARK = Palette(
    paper="#13191B",
    panel="#1C2427",
    ink="#ECEAE4",
    muted="#A4AFB1",
    line="#323C40",
    hair="#242D30",
    accent="#7CC4CF",
    signal="#F39A62",
    soft="#1D2629",
    soft_line="#2B373B",
    tie="#465357",
    hatch="#3C474B",
    lower=("#3C291D", "#5C3A24"),
    higher=("#1D3A40", "#28525A"),
    dimensions={
        "trust": "#9DBEF5",
        "communication": "#E9C67A",
        "collaboration": "#5AA67F",
        "boundaries": "#D184AB",
    },
    band=0.34,
    trend_band=0.24,
)

MARKS: Mapping[str, str] = {
    "trust": "circle",
    "communication": "square",
    "collaboration": "diamond",
    "boundaries": "triangle-up",
}


def palette(kind: str | None) -> Palette:
    """Give the look for `st.context.theme.type`: 'dark' or anything else, which is light."""
    return DARK if kind == "dark" else LIGHT


def mark(dimension: str) -> str:
    """Give the Plotly symbol of a dimension; a dimension outside the four is a pentagon."""
    return MARKS.get(dimension, "pentagon")


def faint(colour: str, opacity: float) -> str:
    """Give a hex colour with an opacity, as Plotly writes it.

    >>> faint("#1F66B5", 0.22)
    'rgba(31, 102, 181, 0.22)'
    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def template(look: Palette) -> dict[str, object]:
    """Give the one Plotly template of a look: no grid, no ticks, nothing to drag, the page's own paper behind."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"size": 12, "color": look.muted},
        "fixedrange": True,
    }
    layout = {
        "font": {"family": FONT, "size": 14, "color": look.ink},
        "paper_bgcolor": "rgba(0, 0, 0, 0)",
        "plot_bgcolor": "rgba(0, 0, 0, 0)",
        "margin": {"l": 0, "r": 0, "t": 8, "b": 8},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": look.panel,
            "bordercolor": look.line,
            "font": {"family": FONT, "size": 13, "color": look.ink},
            "align": "left",
        },
        "xaxis": axis,
        "yaxis": axis,
        "colorway": list(look.dimensions.values()),
        "transition": {"duration": 0},
    }
    return {"layout": layout}


CONFIG: Mapping[str, object] = {
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
}
"""What a reader can do with a chart: look at it, and point at it."""
