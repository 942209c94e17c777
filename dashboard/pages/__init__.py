"""One page, one question: read the choice, ask for findings, draw."""
