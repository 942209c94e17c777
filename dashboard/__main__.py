"""`python -m dashboard` and the installed command `rapport` are the same."""

from dashboard.cli import rapport


def main() -> None:
    """Carry out what was typed."""
    rapport()


if __name__ == "__main__":
    main()
