"""The protocol by which rankings of pairs are judged, on trials small enough to do by hand and against scikit-learn."""

import io
import shutil

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import sparse
from sklearn import metrics

from analytics import evaluation, network, rivals
from analytics.evaluation import Trial
from analytics.likely import Known
from dashboard.cli import rapport
from data import audit
from data.store import Store

FACTS = ("member_id", "location", "role")


def tied(*edges, people):
    graph = nx.empty_graph(people)
    graph.add_edges_from(edges)
    return sparse.csr_array(nx.to_scipy_sparse_array(graph, dtype=float, format="csr"))


def trial_of(later, *edges, people, teams=None) -> Trial:
    known = Known(tied(*edges, people=people), tied(*edges, people=people))
    teams = np.zeros(people, dtype=np.int64) if teams is None else np.array(teams)
    return evaluation.open_trial(known, teams, np.arange(people), np.array(later, dtype=np.int64).reshape(-1, 2))


def graph_of(*arcs, people):
    members = pd.DataFrame({"member_id": list(people), "team_id": "x"})
    frame = pd.DataFrame(arcs, columns=["source", "target"]).assign(kind="work", strength=1.0)
    return network.graph(members, frame)


def waves(before, after, *, heard="abcd", heard_after="abcd", people="abcd", people_after="abcd"):
    facts = pd.DataFrame([(one, None, None) for one in people], columns=list(FACTS))
    early, late = graph_of(*before, people=people), graph_of(*after, people=people_after)
    return evaluation.trial(early, late, facts, set(heard), set(heard_after), seed=0)


def ends(given: Trial):
    return {(int(a), int(b)): bool(new) for a, b, new in zip(given.pairs.a, given.pairs.b, given.later, strict=True)}


# ------------------------------------------------------------------------------------------------------ what is a trial


def test_open_pairs_take_part_and_new_ties_in_either_direction_count():
    given = waves([("a", "b")], [("a", "b"), ("c", "a"), ("b", "d")])

    assert ends(given) == {(0, 2): True, (0, 3): False, (1, 2): False, (1, 3): True, (2, 3): False}


@pytest.mark.parametrize("silent", [{"heard": "abc"}, {"heard_after": "abc"}])
def test_pairs_of_somebody_who_was_silent_in_either_wave_are_no_sign_of_anything(silent):
    given = waves([("a", "b")], [("c", "a"), ("b", "d")], **silent)

    assert ends(given) == {(0, 2): True, (1, 2): False}


def test_somebody_who_came_later_takes_no_part_and_shifts_nobody():
    given = waves([("b", "c")], [("b", "d"), ("a", "d")], people="bcd", people_after="abcd", heard="bcd")

    assert ends(given) == {(0, 2): True, (1, 2): False}


def test_of_a_large_organization_so_many_people_are_drawn(monkeypatch):
    monkeypatch.setattr(evaluation, "MOST_PEOPLE", 3)
    given = waves([("a", "b")], [])

    assert len(given.heard) == 3
    assert given.known.people == 4


# --------------------------------------------------------------------------------------------------------- the measures


@pytest.fixture
def ranked():
    rng = np.random.default_rng(4)
    return rng.integers(0, 12, 400).astype(float), rng.random(400) < 0.1, rng.integers(0, 3, 400).astype(float)


def test_auc_and_average_precision_are_those_of_scikit_learn_also_where_pairs_stand_alike(ranked):
    score, later, weight = ranked

    assert evaluation.auc(score, later) == pytest.approx(metrics.roc_auc_score(later, score))
    expected = metrics.roc_auc_score(later, score, sample_weight=weight)
    assert evaluation.auc(score, later, weight) == pytest.approx(expected)
    assert evaluation.average_precision(score, later) == pytest.approx(metrics.average_precision_score(later, score))


def test_a_list_is_judged_by_hand():
    # 0 – 1 – 2, 3 alone; teams 0 0 1 1. The list joins 0 with 3 and 1 with 3.
    given = trial_of([(0, 3)], (0, 1), (1, 2), people=4, teams=[0, 0, 1, 1])
    at = {pair: place for place, pair in enumerate(ends(given))}

    one = evaluation.listed(given, np.array([at[0, 3], at[1, 3]]))

    assert one.precision_at_k == 0.5
    assert one.least_connected == 1.0  # person 3, with no tie
    assert one.cross_team == 1.0
    assert one.max_load == 2.0
    assert one.gini == pytest.approx(0.375)  # loads 0, 1, 1, 2: 2 · (2 + 3 + 8) / (4 · 4) − 5/4
    assert one.efficiency == pytest.approx((4 + 2 / 2) / (2 + 1 / 2) - 1)


def test_hit_at_three_looks_at_each_persons_own_first_three():
    given = trial_of([(0, 5), (1, 2)], people=6)
    score = -np.arange(len(given.pairs), dtype=float)  # 0-1, 0-2, 0-3, 0-4, 0-5, 1-2, …

    one = evaluation.ranking(given, score, np.arange(len(score)))

    # 0 finds 5 only in fifth place, 5 finds 0 first, 1 finds 2 second and 2 finds 1 second
    assert one.hit_at_3 == 0.75
    assert one.r_precision == 0.0  # 0-1 and 0-2 came first, and neither came true


def test_two_that_stand_alike_go_in_the_order_they_are_told_to():
    given = trial_of([(0, 1)], people=3)
    alike = np.zeros(3)

    assert evaluation.ranking(given, alike, np.array([0, 1, 2])).r_precision == 1.0
    assert evaluation.ranking(given, alike, np.array([2, 1, 0])).r_precision == 0.0


def test_without_a_new_tie_only_the_list_is_judged():
    compared = evaluation.compare(trial_of([], (0, 1), people=5), {"random": np.arange(9.0)}, seed=0)

    assert list(compared) == ["method", *evaluation.COLUMNS]
    assert compared[["auc", "low", "beyond", "r_precision", "hit_at_3"]].isna().all(axis=None)
    assert compared["max_load"].tolist() == [2.0]  # the first two pairs are 3–4 and 2–4


# -------------------------------------------------------------------------------------------------------- the intervals


@pytest.fixture(scope="module")
def drawn():
    """Ties that come where contacts are shared, and rankings that know, do not know, and know the contrary."""
    first = nx.connected_watts_strogatz_graph(60, 6, 0.15, seed=3)
    shared = {pair: len(list(nx.common_neighbors(first, *pair))) for pair in nx.non_edges(first)}
    random = np.random.default_rng(0)
    later = [pair for pair, count in shared.items() if random.random() < 0.02 + 0.1 * count]
    given = trial_of([sorted(pair) for pair in later], *first.edges, people=60)
    scores = rivals.scores(given.known, given.pairs, seed=0)
    scores["the contrary"] = -scores[rivals.REFERENCE]
    return given, scores, evaluation.compare(given, scores, seed=0, resamples=100).set_index("method")


def test_an_interval_surrounds_its_figure_and_tells_what_knows_from_what_does_not(drawn):
    _, _, compared = drawn

    assert (compared["low"] <= compared["auc"]).all()
    assert (compared["auc"] <= compared["high"]).all()
    assert (compared["high"] - compared["low"]).drop("same team").between(0.05, 0.4).all()
    assert compared.loc["same team", ["low", "auc", "high"]].tolist() == [0.5] * 3  # no team is known
    assert compared.loc["random", "low"] < 0.5 < compared.loc["random", "high"]
    assert compared.loc[rivals.REFERENCE, "low"] > 0.55


def test_the_difference_is_paired(drawn):
    _, _, compared = drawn
    reference, contrary = compared.loc[rivals.REFERENCE], compared.loc["the contrary"]

    assert (reference["beyond"], reference["beyond_low"], reference["beyond_high"]) == (0, 0, 0)
    assert contrary["beyond"] == pytest.approx(1 - 2 * reference["auc"])
    assert contrary["beyond_high"] < 0


def test_every_rival_is_there_and_ranks_every_pair(drawn):
    given, scores, _ = drawn

    assert {"random", "preferential attachment", "Jaccard", "resource allocation", "Katz", "SVD", "ALS"} < set(scores)
    assert {rivals.REFERENCE, rivals.STACKED, rivals.OURS, "personalized PageRank", "same team"} < set(scores)
    for name, score in scores.items():
        assert score.shape == (len(given.pairs),), name
        assert np.isfinite(score).all(), name


def test_katz_and_pagerank_are_the_closed_forms(drawn):
    given, scores, _ = drawn
    dense = given.known.tied.toarray()
    most = np.linalg.eigvalsh(dense)[-1]
    walk = dense / dense.sum(axis=1, keepdims=True)
    visits = np.linalg.inv(np.eye(60) - 0.85 * walk)
    at = (given.pairs.a, given.pairs.b)

    assert scores["Katz"] == pytest.approx(np.linalg.inv(np.eye(60) - 0.5 / most * dense)[at], rel=1e-3)
    assert scores["personalized PageRank"] == pytest.approx((visits + visits.T)[at], abs=0.002)


def test_svd_is_the_truncated_decomposition(drawn):
    given, scores, _ = drawn
    left, size, right = np.linalg.svd(given.known.tied.toarray())
    best = (left[:, :8] * size[:8]) @ right[:8]

    assert scores["SVD"] == pytest.approx(best[given.pairs.a, given.pairs.b], abs=1e-6)


# ---------------------------------------------------------------------------------------------------------- the command


def run(*words, db):
    return CliRunner().invoke(rapport, [*map(str, words), "--db", str(db)])


@pytest.fixture(scope="module")
def two_networks(tmp_path_factory):
    """Eighteen people in a ring who come to know those two seats away."""
    folder = tmp_path_factory.mktemp("two")
    db = folder / "r.duckdb"
    people = "".join(f"p{n:02},Person {n},p{n}@x.example,{'Care' if n < 9 else 'Shop'}\n" for n in range(18))
    (folder / "roster.csv").write_text("member_id,name,email,team\n" + people)
    assert run("people", "import", folder / "roster.csv", db=db).exit_code == 0
    for wave, day, steps in (("first", "2025-06-01", (1, 4)), ("second", "2025-12-01", (1, 4, 5))):
        arcs = "".join(f"p{a:02},p{(a + step) % 18:02}\n" for a in range(18) for step in steps)
        (folder / f"{wave}.csv").write_text("source,target\n" + arcs)
        made = run("ties", "import", folder / f"{wave}.csv", "--wave", wave, "--closed", day, db=db)
        assert made.exit_code == 0, made.stderr
    return db


def test_two_network_waves_are_evaluated_and_the_look_is_logged(two_networks):
    asked = ("introductions", "evaluate", "--before", "first", "--after", "second")
    result = run(*asked, "--format", "csv", db=two_networks)

    assert result.exit_code == 0, result.stderr
    assert "18 people answered both; 117 pairs had no tie in first, and 18 of them have one in second." in result.stderr
    table = pd.read_csv(io.StringIO(result.stdout)).set_index("method")
    assert list(table) == list(evaluation.COLUMNS)
    assert table.loc[rivals.REFERENCE, "auc"] == pytest.approx(1 - 9 / 99, abs=1e-4)  # 3 and 5 away stand alike
    assert table.index[-1] == "introductions of first"
    assert np.isnan(table.loc["introductions of first", "auc"])
    assert table.loc["introductions of first", "max_load"] <= 2
    assert not any("p0" in str(cell) for cell in table.reset_index().to_numpy().ravel())  # nobody is named
    store = Store.open(two_networks)
    with store.reading() as cursor:
        assert "introductions evaluate" in set(audit.entries(cursor).action)
    store.close()


def test_pairs_that_were_proposed_are_judged_by_nothing(two_networks, tmp_path):
    store = Store.open(shutil.copyfile(two_networks, tmp_path / "r.duckdb"))
    with store.writing() as cursor:
        proposed = cursor.execute("UPDATE introduction SET answer = 'introduced' RETURNING wave_id").fetchall()
        (first,) = cursor.execute("SELECT wave_id FROM wave WHERE name = 'first'").fetchone()
    store.close()

    asked = ("introductions", "evaluate", "--before", "first", "--after", "second", "--format", "csv")
    result = run(*asked, db=tmp_path / "r.duckdb")

    left = 117 - proposed.count((first,))
    assert f"18 people answered both; {left} pairs had no tie in first" in result.stderr
    table = pd.read_csv(io.StringIO(result.stdout)).set_index("method")
    assert table.loc["introductions of first"].isna().all()


def test_a_later_wish_not_to_be_paired_changes_no_figure_of_an_evaluation(two_networks, tmp_path):
    asked = ("introductions", "evaluate", "--before", "first", "--after", "second", "--format", "csv")
    db = shutil.copyfile(two_networks, tmp_path / "r.duckdb")

    def after(*statements):
        store = Store.open(db)
        with store.writing() as cursor:
            for statement in statements:
                cursor.execute(statement)
        store.close()
        result = run(*asked, db=db)
        return result.stdout, result.stderr

    of_first = "(wave_id, rank) IN (SELECT wave_id, min(rank) FROM introduction GROUP BY ALL)"
    avoided = "INSERT INTO avoid BY NAME SELECT member_a AS member_id, member_b AS other_id FROM introduction WHERE {}"
    before = after(f"UPDATE introduction SET answer = 'introduced' WHERE {of_first}")
    assert after(avoided.format(of_first)) == before  # of a pair that was proposed
    assert after(avoided.format(f"NOT {of_first}")) == before  # and of all others


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("evaluate", "--before", "second", "--after", "first"), "not later than"),
        (("evaluate", "--before", "first", "--after", "third"), "third"),
        (("--top", "3", "evaluate", "--before", "first", "--after", "second"), "Options stand behind the command"),
    ],
)
def test_what_cannot_be_evaluated_is_said_in_a_sentence(two_networks, words, sentence):
    result = run("introductions", *words, db=two_networks)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_the_pairs_are_still_printed_without_a_command(two_networks):
    result = run("introductions", "--top", "2", "--format", "csv", db=two_networks)

    assert result.exit_code == 0, result.stderr
    assert len(pd.read_csv(io.StringIO(result.stdout))) == 2
