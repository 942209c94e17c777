"""How the figures are made: page and report say what stands in the code, whole and in the same words."""

import importlib
import inspect
import pkgutil
import re

import pytest
import test_report as paper
from conftest import REPOSITORY
from larkfield import Company, administrator_of, keep
from streamlit.testing.v1 import AppTest

import analytics
from analytics import agreement, drivers, scores, trend
from dashboard import context, method, report
from dashboard.access import POLICIES

NAMED = {name: function for measures in method.MEASURES.values() for name, function in measures.items()}
IN_NO_FIGURE = {agreement.rwg_j, agreement.average_deviation}
"""For whoever compares Rapport with other tools; no page shows them."""
EVERY = {name: method.read(name, function) for name, function in NAMED.items()}


def public():
    """Every public function of `analytics` that says how it reckons."""
    for module in (
        importlib.import_module(each.name) for each in pkgutil.walk_packages(analytics.__path__, "analytics.")
    ):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield function


def names(function):
    """Under which names the contents page may know a function: where it stands, or where it is handed on."""
    return {f"{function.__module__.removeprefix('analytics.')}.{function.__name__}", f"network.{function.__name__}"}


# ----------------------------------------------------------------------------------------------- nothing is left out


def test_no_rule_carries_signs_of_a_markup_that_page_and_paper_show_as_they_are():
    assert [name for name, each in EVERY.items() if re.search(r"\*\w|\w\*|`|_\w+_\b", " ".join(each.text))] == []


def test_every_function_that_says_how_it_reckons_stands_in_the_method():
    formulas = {function for function in public() if "Formula:" in (inspect.getdoc(function) or "")}

    assert formulas - IN_NO_FIGURE == {inspect.unwrap(function) for function in NAMED.values()}


def test_the_contents_page_of_the_measures_lists_the_same_under_the_same_heads():
    listed, head = {}, None
    for line in analytics.__doc__.splitlines():
        if found := re.match(r"    `([\w.]+)` ", line):
            listed.setdefault(head, []).append(found[1])
        head = line if line and not line.startswith(" ") else head

    assert list(listed) == list(method.MEASURES)
    for head, functions in method.MEASURES.items():
        assert len(listed[head]) == len(functions), head
        assert all(name in names(function) for name, function in zip(listed[head], functions.values(), strict=True)), (
            head
        )


@pytest.mark.parametrize("measure", EVERY.values(), ids=EVERY)
def test_every_measure_says_question_formula_limits_and_source(measure):
    said = (measure.question, *measure.text, measure.formula, measure.undefined, measure.source)

    assert measure.question.endswith("?")
    assert all(len(each) > 5 for each in said)
    assert re.search(r"\b(1[89]|20)\d\d\b|of ours|with each play", measure.source)
    assert not any(sign in each for each in said for sign in ("`", ">>>", "ValueError", "NaN", "None"))


def test_a_docstring_that_lacks_its_source_is_told_so_by_name():
    def odd(values):
        """How odd is it?

        Formula: values % 2.
        """

    with pytest.raises(ValueError, match=r"test_method\..*odd lacks one of: a question first, 'Formula:', 'Source:'"):
        method.read("Oddness", odd)


def test_a_measure_without_limits_says_that_there_is_always_an_answer():
    assert EVERY["Worst and best case"].undefined == method.ALWAYS
    assert "Undefined:" not in inspect.getdoc(scores.silent_bounds)


# ------------------------------------------------------------------------------------------- what is said to whom


def test_constants_are_said_as_the_values_that_the_code_has():
    assert f"once in {trend.QUIET_WAVES} waves" in " ".join(EVERY["Line and alerts"].text)
    assert f"above {drivers.SMALLEST:g}." in EVERY["What goes with the outcome"].formula
    for name, function in NAMED.items():
        constants = {each for each in inspect.unwrap(function).__globals__ if re.fullmatch(r"[A-Z][A-Z_]{2,}", each)}
        said = " ".join((*EVERY[name].text, EVERY[name].formula, EVERY[name].undefined))
        assert not constants & set(re.findall(r"\b[A-Z_]{3,}\b", said)), name


@pytest.mark.parametrize(
    ("measure", "constant"),
    [
        *(("Themes of comments", name) for name in ("MOST", "AGAIN", "HALVES", "CLEARLY", "ENOUGH")),
        *(("Follow-up", name) for name in ("CALIPER", "ENOUGH_TEAMS", "SURE")),
        *(("Response", name) for name in ("HIGH", "FAIR")),
        ("Same answer to everything", "LONG_ENOUGH"),
        *(("Alpha", name) for name in ("GOOD", "RELIABLE")),
        *(("Agreement on a dimension", name) for name in ("STRONG", "SPLIT")),
    ],
)
def test_another_value_of_a_constant_is_another_page(measure, constant, monkeypatch):
    monkeypatch.setitem(inspect.unwrap(NAMED[measure]).__globals__, constant, 0.123)
    said = method.read(measure, NAMED[measure])
    assert "0.123" in " ".join((*said.text, said.formula, said.undefined))


def test_what_names_an_argument_or_leads_up_to_an_example_is_for_readers_of_the_code():
    def half(values):
        """What is half of it?

        For everybody.

        With `values` as numbers.

        Formula: half of `values`.

        Source: Euclid, about 300.

        Half of two:

        >>> 2 / 2
        1.0
        """

    read = method.read("Half", half)

    assert read.text == ("For everybody.",)
    assert (read.formula, read.source) == ("Half of values.", "Euclid, about 300.")


# ------------------------------------------------------------------------------------------ on the screen and on paper


@pytest.fixture
def page(desk, monkeypatch):
    """The page, as the administrator sees it after a wave."""
    keep(desk, Company(waves=1))
    monkeypatch.setattr(context, "viewer", lambda: administrator_of(desk))
    context.use(desk)
    yield AppTest.from_file(str(REPOSITORY / "dashboard" / "pages" / "method.py"), default_timeout=60).run()
    context.leave()


def unescaped(text):
    """As a reader sees it: word joiners, which keep colons from being read as icons, have no width."""
    return re.sub(r"\\(.)", r"\1", text).replace("\N{WORD JOINER}", "")


def test_the_page_shows_every_measure_whole_under_its_question(page):
    assert not page.exception
    shown = [unescaped(" ".join(each.value for each in box.markdown)) for box in page.expander]
    labels = [unescaped(box.label) for box in page.expander]

    assert labels == [f"**{measure.name}** :gray[{measure.question}]" for measure in EVERY.values()]
    for measure, text in zip(EVERY.values(), shown, strict=True):
        assert all(each in text for each in (*measure.text, measure.formula, measure.undefined, measure.source))
        assert measure.where in text


def test_everybody_who_signs_in_may_read_it():
    assert all("method" in policy.pages for policy in POLICIES.values())


@pytest.fixture(scope="module")
def pages():
    """The pages of the report on which the method stands, as one line of text."""
    every = paper.pages(report.build(paper.company(), "2026-Q3"))
    first = next(at for at, text in enumerate(every) if "How these figures are made" in text[:200])
    return " ".join(" ".join(every[first:]).split())


def on_paper(text):
    """A text without what the paper writes in another way: signs that its font lacks, and breaks of lines."""
    return re.sub(r"[^a-z]", "", re.sub(r"[√∞≤≥₀-₉₊ₜ]", "", text.lower()))


def test_the_report_ends_with_every_measure_in_the_words_of_the_screen(pages):
    printed = on_paper(re.sub(r"\broot \b|\binfinite\b", "", pages))
    for measure in EVERY.values():
        assert on_paper(f"{measure.name}{measure.question}") in printed
        for text in (*measure.text, measure.undefined, measure.source):
            assert on_paper(text.replace("infinite", "")) in printed, measure.name


def test_no_sign_of_a_formula_is_missing_on_paper(pages):
    assert report.BOX not in pages
    assert "root (" in pages
