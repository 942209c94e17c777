"""A picture while it is drawn: its parts are collected, and Plotly checks them once, when it is done.

Plotly's own `add_shape` and `add_annotation` check all that is there already with every part that is added: a picture
of forty cells took most of a second.
"""

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from dashboard.theme import Palette, template


class Sketch:
    """What a picture is made of so far, in the one look of all pictures.

    >>> from dashboard.theme import LIGHT
    >>> sketch = Sketch(LIGHT)
    >>> sketch.add_annotation(text="65", x=0, y=0)
    >>> sketch.done(height=40).layout.annotations[0].text
    '65'
    """

    def __init__(self, look: Palette) -> None:
        """Start with an empty sheet."""
        self._look = look
        self._traces: list[BaseTraceType] = []
        self._shapes: list[dict[str, object]] = []
        self._annotations: list[dict[str, object]] = []

    def add_trace(self, trace: BaseTraceType) -> None:
        """Draw marks that stand for figures, over those before."""
        self._traces.append(trace)

    def add_shape(self, **shape: object) -> None:
        """Draw a line or a rectangle."""
        self._shapes.append(shape)

    def add_annotation(self, **annotation: object) -> None:
        """Write something; no arrow leads to it."""
        self._annotations.append({"showarrow": False, **annotation})

    def done(self, **layout: object) -> go.Figure:
        """Give the picture; `layout` is Plotly's."""
        parts = {"template": template(self._look), "shapes": self._shapes, "annotations": self._annotations}
        return go.Figure(self._traces, {**parts, **layout})
