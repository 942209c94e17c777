"""The papers to be signed say what is configured, and nothing that a person typed becomes markup."""

import io
import re
import stat
from dataclasses import replace

import pypdf
import pytest
from asking import WAVE, ask
from click.testing import CliRunner

from dashboard import access, papers, wording
from dashboard.cli import rapport
from data import organization, waves
from surveys import stored
from surveys.questionnaire import FOLDER, builtin
from surveys.terms import Fingerprint


def facts_of(desk, name=None):
    return papers.gather(desk, papers.wave_in_hand(desk, name), builtin("quarterly"))


def words(pdf: bytes) -> str:
    """The text as it is read, without the breaks of lines."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_agreement_holds_the_thresholds_and_the_questions_of_the_wave(desk):
    ask(desk, k=6, smallest_group=7)
    with desk.store.reading() as db:
        frozen = waves.wave(db, WAVE).questionnaire

    text = words(papers.works_agreement(facts_of(desk)))

    assert f"from the terms of wave {WAVE}" in text
    assert "A group of its own 7 people asked" in text
    assert "A score of a dimension 6 answers" in text
    assert "A single statement 8 answers" in text
    assert Fingerprint.of(frozen).whole in text
    assert "People here respect my time." in text


@pytest.mark.parametrize(
    ("passphrase", "said"),
    [
        ("correct horse", "the key to the answers exists only under the passphrase of a trustee"),
        (None, "whoever holds both the server and its key file could open the answers"),
    ],
)
def test_the_agreement_says_who_could_open_the_answers(desk, passphrase, said):
    ask(desk, passphrase=passphrase)

    assert said in words(papers.works_agreement(facts_of(desk)))


def test_the_agreement_gives_every_role_its_row_of_the_policy_table(desk):
    text = words(papers.works_agreement(facts_of(desk)))
    rows = {row[0]: row for row in papers._roles()["rows"]}

    for role, policy in access.POLICIES.items():
        who, reads, opens, may = rows[wording.capital(wording.ROLES[role])]
        assert who in text
        assert ("no figure" in reads) == (policy.figures == "none")
        assert opens.lower() == ", ".join(wording.PAGES[page] for page in policy.pages).lower()
        assert set(may.lower().split(", ")) == (policy.acts or {"–"})


def test_before_the_first_wave_the_papers_stand_on_the_usual_terms(desk):
    text = words(papers.works_agreement(facts_of(desk)))

    assert "the usual terms, before the first wave" in text
    assert "A score of a dimension 5 answers" in text
    assert "‘How is it going in your team?’" in text


def test_a_rotating_questionnaire_has_a_fingerprint_for_each_turn(desk):
    facts = papers.gather(desk, None, builtin("pulse"))

    assert words(papers.works_agreement(facts)).count("SHA-256") == 3


def test_the_assessment_lists_every_table_and_what_was_found_here(desk):
    ask(desk)
    with desk.store.writing() as db:
        organization.set_setting(db, "quarters_kept", "8")
    facts = facts_of(desk)

    text = words(papers.impact_assessment(facts))

    for table in stored.tables():
        assert re.search(rf"\b{table.name} {re.escape(stored.HELD[table.name].shown_to[:12])}", text), table.name
    assert "8 quarters have passed since the wave closed" in text
    assert "14 people stand on the roster" in text
    assert f"wave {WAVE}: box key" in text


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_a_paper_is_a_tagged_document_of_two_to_four_pages_without_an_author(desk, paper):
    ask(desk)
    made = papers.PAPERS[paper](facts_of(desk))
    read = pypdf.PdfReader(io.BytesIO(made))

    assert 2 <= len(read.pages) <= 4
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in made
    assert not read.metadata.author
    assert "not legal advice" in words(made)


def test_the_papers_say_what_is_made_of_names(desk):
    text = words(papers.PAPERS["works-agreement"](facts_of(desk)))

    for said in ("who leaves one with more energy", "through whom others reach one another", "A no and no answer"):
        assert said in text


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_the_same_facts_make_the_same_bytes(desk, paper):
    facts = facts_of(desk)

    assert papers.PAPERS[paper](facts) == papers.PAPERS[paper](facts)


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_what_people_typed_is_printed_and_never_read_as_markup(desk, paper):
    facts = replace(facts_of(desk), organization="#panic() *bold* $x$ [y] @z")

    assert "#panic() *bold* $x$ [y] @z" in words(papers.PAPERS[paper](facts))


def test_the_command_writes_both_for_their_owner_only(desk, tmp_path):
    ask(desk)
    desk.close()

    done = CliRunner().invoke(rapport, ["papers", "--out", str(tmp_path / "out"), "--db", str(desk.store.path)])

    assert done.exit_code == 0, done.stderr
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name for file in files] == ["impact-assessment.pdf", "works-agreement.pdf"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_an_unknown_wave_is_a_sentence(desk, tmp_path):
    ask(desk)
    desk.close()

    done = CliRunner().invoke(
        rapport, ["papers", "--out", str(tmp_path), "--wave", "2026-Q5", "--db", str(desk.store.path)]
    )

    assert done.exit_code == 2
    assert "There is no wave '2026-Q5'. Did you mean '2026-Q4'?" in done.stderr
    assert not list(tmp_path.glob("*.pdf"))


def test_the_same_fingerprint_is_printed_before_a_wave_and_when_it_opens(desk):
    ask(desk, asks="network")
    desk.close()
    file = FOLDER / "quarterly.toml"
    opening = ["wave", "open", "next", "--asks", "pulse", "--closes", "2126-12-11", "--db", str(desk.store.path)]

    checked = CliRunner().invoke(rapport, ["questionnaire", "check", str(file)])
    opened = CliRunner().invoke(rapport, opening)

    (before,) = re.findall(r"SHA-256 ([0-9a-f]{64})", checked.stdout)
    (now,) = re.findall(r"SHA-256 ([0-9a-f]{64})", opened.stdout)
    assert before == now
