"""How the figures are made: every measure with its question, formula, limits and source."""

import streamlit as st

from dashboard import method, parts, quality
from dashboard.method import Measure


def show(measure: Measure) -> None:
    """Show one measure: its question to be seen at once, everything else when asked for."""
    with st.expander(f"**{parts.plain(measure.name)}** {parts.quiet(measure.question)}"):
        for paragraph in measure.text:
            st.markdown(parts.plain(paragraph))
        for what, said in (
            ("Formula", measure.formula),
            ("When there is no answer", measure.undefined),
            ("Source", measure.source),
        ):
            st.markdown(f"**{what}**  \n{parts.plain(said)}")
        parts.note(f"In the code: {measure.where}")


page = parts.gather("method")
with parts.column():
    parts.head(page)
    parts.sentence(
        "Every figure is made by a rule that anybody can check.",
        "Each rule is read off the code that carries it out: what it asks, how it is reckoned, when it has no answer, "
        "and where it comes from.",
    )
    for head, measures in method.measures().items():
        st.space("small")
        parts.section(head)
        with st.container(gap="xsmall"):
            for measure in measures:
                show(measure)
    if page.pulses and page.viewer.policy.figures != "none":
        st.space("small")
        quality.show(page, page.pulses[-1])
