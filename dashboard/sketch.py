"""A picture while it is drawn: its parts are collected, and made one figure when it is done.

Plotly checks every part of a figure against its whole vocabulary, twelve times as long as all else in drawing it. What
is right about a picture does not depend on who looks at it: so the tests have every picture checked, and a page none.
"""

from typing import ClassVar

import plotly.graph_objects as go

from dashboard.theme import Palette, template


class Sketch:
    """What a picture is made of so far, in the one look of all pictures.

    >>> from dashboard.theme import LIGHT
    >>> sketch = Sketch(LIGHT)
    >>> sketch.add_annotation(text="65", x=0, y=0)
    >>> sketch.done(height=40).layout.annotations[0].text
    '65'
    """

    checked: ClassVar[bool] = False
    """Whether Plotly looks for mistakes in what is drawn."""

    def __init__(self, look: Palette) -> None:
        """Start with an empty sheet."""
        self._look = look
        self._traces: list[dict[str, object]] = []
        self._shapes: list[dict[str, object]] = []
        self._annotations: list[dict[str, object]] = []

    def add_marks(self, **trace: object) -> None:
        """Draw points or lines that stand for figures, over what is there; the words are those of Plotly's Scatter."""
        self._traces.append({"type": "scatter", **trace})

    def add_bars(self, **trace: object) -> None:
        """Draw bars over what is there; the words are those of Plotly's Bar."""
        self._traces.append({"type": "bar", **trace})

    def add_shape(self, **shape: object) -> None:
        """Draw a line or a rectangle."""
        self._shapes.append(shape)

    def add_annotation(self, **annotation: object) -> None:
        """Write something; no arrow leads to it."""
        self._annotations.append({"showarrow": False, **annotation})

    def done(self, **layout: object) -> go.Figure:
        """Give the picture; `layout` is Plotly's."""
        parts = {"shapes": self._shapes or None, "annotations": self._annotations or None}
        return go.Figure(self._traces, {"template": template(self._look), **parts, **layout}, _validate=self.checked)


def bare(first: float, last: float) -> dict[str, object]:
    """Give an axis that runs from one value to another and is not drawn."""
    return {"range": [first, last], "visible": False}
