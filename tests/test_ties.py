"""The network: named, consented, and each member's own to read, change and erase."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from data import ties
from data.records import Problem, Tie
from data.store import Store
from data.ties import NetworkAnswer


@pytest.fixture
def db(tmp_path):
    store = Store.open(tmp_path / "rapport.duckdb")
    with store.writing() as cursor:
        yield cursor
    store.close()


def said(member_id, *others, agrees=True, avoid=()):
    return NetworkAnswer(member_id, tuple(Tie(member_id, other) for other in others), agrees, agrees, tuple(avoid))


def standing(member_id, **other):
    row = {
        "member_id": member_id, "standing": "connected", "persistent": False, "unheard": None, "in_ties": 1,
        "out_ties": 1, "betweenness": 0.5, "burt_constraint": None, "x": 0.0, "y": 1.0,
        "visible_from": date(2026, 9, 16),
    }  # fmt: skip
    return {**row, **other}


def pair(a, b, rank=1, introducer=None):
    return {
        "rank": rank, "member_a": a, "member_b": b, "score": 1.0, "feasibility": 0.2, "low": 0.1, "high": 0.3,
        "value": 2.0, "introducer": introducer, "why": "Both play chess.", "arm": "chosen", "answer": None,
    }  # fmt: skip


def named(frame):
    return set(frame[["source", "target"]].itertuples(index=False, name=None))


def test_an_answer_is_shown_again_to_whoever_gave_it(db):
    given = NetworkAnswer("ada", (Tie("ada", "cy", "help", 2.0), Tie("ada", "bo", "work")), True, False, ("di",))
    ties.keep_answer(db, "w", given)
    assert ties.answer(db, "w", "ada") == given
    assert ties.answer(db, "w", "bo") is None
    assert ties.answer(db, "other", "ada") is None


def test_many_answers_at_once_are_kept_as_one_after_the_other(db):
    ties.keep_answer(db, "w", said("ada", "di", avoid=["bo"]))
    ties.keep_answer(db, "w", said("di", "ada"))
    ties.keep_answers(db, "w", [said("ada", "bo"), said("bo"), said("ada", "bo", "cy", agrees=False, avoid=["di"])])
    assert ties.answer(db, "w", "ada") == said("ada", "bo", "cy", agrees=False, avoid=["di"])
    assert ties.answer(db, "w", "bo") == said("bo")
    assert ties.answer(db, "w", "di") == said("di", "ada")
    assert ties.answered(db, "w") == {"ada", "bo", "di"}


def test_the_last_answer_of_a_wave_takes_the_place_of_the_earlier_one(db):
    ties.keep_answer(db, "w", said("ada", "bo", "cy", avoid=["di"]))
    ties.keep_answer(db, "w", said("ada", "cy", agrees=False))
    assert ties.answer(db, "w", "ada") == said("ada", "cy", agrees=False)
    assert ties.answered(db, "w") == {"ada"}


def test_how_many_more_somebody_would_have_named_is_theirs_to_change_and_to_erase(db):
    ties.keep_answer(db, "w", replace(said("ada", "bo"), more={"work": 6, "help": 2}))
    ties.keep_answer(db, "w", replace(said("cy", "bo"), more={"work": 1}))
    assert ties.answer(db, "w", "ada").more == {"help": 2, "work": 6}

    ties.keep_answer(db, "w", replace(said("ada", "bo"), more={"help": 1}))
    assert ties.answer(db, "w", "ada").more == {"help": 1}

    ties.erase(db, "ada")
    assert db.execute("SELECT member_id FROM name_more").fetchall() == [("cy",)]
    ties.forget(db, "w")
    assert db.execute("SELECT member_id FROM name_more").fetchall() == []


def test_nobody_can_answer_for_somebody_else(db):
    with pytest.raises(ValueError, match="their own ties"):
        ties.keep_answer(db, "w", NetworkAnswer("ada", (Tie("bo", "cy"),), True, True, ()))


def test_answering_that_nobody_fits_is_an_answer(db):
    ties.keep_answer(db, "w", said("ada"))
    assert ties.answered(db, "w") == {"ada"}
    assert ties.ties(db, "w").empty


def test_whoever_was_never_asked_has_agreed_to_nothing(db):
    ties.keep_answer(db, "w", said("ada"))
    ties.set_consent(db, "ada", map=True, introductions=False)
    assert ties.consents(db).to_dict("records") == [{"member_id": "ada", "map": True, "introductions": False}]


def test_erasing_a_member_leaves_no_row_that_names_them_but_others_wishes_about_them(db):
    ties.keep_answer(db, "old", said("ada", "bo"))
    ties.keep_answer(db, "new", said("ada", "bo", avoid=["cy"]))
    ties.keep_answer(db, "new", said("bo", "ada", "cy", avoid=["ada"]))
    standings = pd.DataFrame([standing("ada"), standing("bo")])
    ties.keep_network(db, "new", standings, pd.DataFrame([pair("ada", "cy"), pair("bo", "cy", 2, introducer="ada")]))
    ties.erase(db, "ada")
    assert named(ties.ties(db, "new")) == {("bo", "cy")}
    assert ties.ties(db, "old").empty
    assert ties.answer(db, "new", "ada") is None
    assert list(ties.consents(db)["member_id"]) == ["bo"]
    assert list(ties.standings(db, "new")["member_id"]) == ["bo"]
    pairs = ties.introductions(db, "new")[["member_a", "member_b", "introducer"]]
    assert pairs.to_numpy().tolist() == [["bo", "cy", None]]
    assert ties.avoid(db).to_numpy().tolist() == [["bo", "ada"]]


def test_a_link_lasts_until_the_next_network_wave_closes(db):
    ties.add_links(db, "spring", {"ada": b"1", "bo": b"2"})
    ties.add_links(db, "autumn", {"ada": b"3"})
    assert [ties.member_of(db, each) for each in (b"1", b"2", b"3")] == [
        ("ada", "spring"),
        ("bo", "spring"),
        ("ada", "autumn"),
    ]
    ties.end_links(db, "autumn")
    assert [ties.member_of(db, each) for each in (b"1", b"2", b"3")] == [None, None, ("ada", "autumn")]


def test_imported_ties_come_back_as_they_were(db):
    frame = pd.DataFrame(
        {"source": ["bo", "ada"], "target": ["ada", "bo"], "kind": ["work", "meet"], "strength": [1.0, 3.5]}
    )
    ties.add_ties(db, "w", frame)
    ties.mark_answered(db, "w", ["ada", "bo"])
    ties.mark_answered(db, "w", ["bo", "cy"])
    pd.testing.assert_frame_equal(ties.ties(db, "w"), frame.sort_values("source", ignore_index=True), check_dtype=False)
    assert ties.answered(db, "w") == {"ada", "bo", "cy"}


def test_ties_that_are_too_old_are_forgotten_and_standings_stay(db):
    ties.keep_answer(db, "old", said("ada", "bo"))
    ties.keep_network(db, "old", pd.DataFrame([standing("ada")]), pd.DataFrame([pair("ada", "bo")]))
    ties.forget(db, "old")
    assert ties.ties(db, "old").empty
    assert ties.answered(db, "old") == set()
    assert len(ties.standings(db, "old")) == len(ties.introductions(db, "old")) == 1


def test_what_was_made_of_a_network_is_kept_once_however_often_it_is_made(db):
    for _ in range(2):
        ties.keep_network(
            db, "w", pd.DataFrame([standing("ada")]), pd.DataFrame([pair("bo", "cy", 2), pair("ada", "bo")])
        )
    found = ties.standings(db, "w")
    assert len(found) == 1
    assert found["visible_from"][0] == pd.Timestamp(2026, 9, 16)
    assert found["unheard"].isna().all()
    assert list(ties.introductions(db, "w")["member_a"]) == ["ada", "bo"]


def test_a_network_without_pairs_can_be_kept(db):
    ties.keep_network(db, "w", pd.DataFrame([standing("ada")]), pd.DataFrame([pair("a", "b")])[:0])
    assert ties.introductions(db, "w").empty


def test_what_became_of_a_pair_is_noted_in_either_order_and_an_unknown_pair_refused(db):
    ties.keep_network(db, "w", pd.DataFrame([standing("ada")]), pd.DataFrame([pair("ada", "bo")]))
    ties.answer_introduction(db, "w", "bo", "ada", "introduced")
    assert list(ties.introductions(db, "w")["answer"]) == ["introduced"]
    with pytest.raises(Problem, match="no introduction of this wave"):
        ties.answer_introduction(db, "w", "ada", "cy", "never")
    with pytest.raises(Problem, match="could still be answered"):  # it would be suggested again, and tell of a no
        ties.answer_introduction(db, "w", "ada", "bo", "not_now")
    assert list(ties.introductions(db, "w")["answer"]) == ["introduced"]
