"""ASK: what a respondent meets, from the questionnaire and the links to the forms, and the close that ends a wave."""

import data  # noqa: F401  comes before DuckDB in every process: see data.memory
