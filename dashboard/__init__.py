"""SHOW: what a team sees, on screen and on paper; the commands; the only place that knows Streamlit."""

import data  # noqa: F401  comes before DuckDB in every process: see data.memory
