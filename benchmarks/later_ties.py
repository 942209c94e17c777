"""Real networks that were looked at twice: who was tied, what else was known then, and who was tied later.

What counts as a tie is SCIENCE.md §8: Burkhardt weight 3 or more, EIES 'friend' or closer, e-mail in both directions
and three or more within half of the time, two five-minute windows face to face within a week. Two are tied if either
says so. What else was known is all from the same wave or an earlier one: the weights, those too small for a tie among
them, the other relation that was asked, the department, and earlier waves at half the weight for each wave gone by.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.adjacency import Floats, Numbers
from analytics.evaluation import Trial, open_trial
from analytics.likely import Known

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ORGANIZATIONS = ("Burkhardt-Brass", "EIES", "EU e-mail", "InVS15", "Kapferer")
DAY = 86_400


@dataclass(frozen=True, eq=False)
class Transition:
    """One organization from one wave to the next."""

    organization: str
    name: str
    ties_only: Trial
    asked: Known
    """The same network with everything else that was known then."""


def transition(
    organization: str,
    name: str,
    ties: Floats,
    later: Floats,
    contact: Floats,
    *,
    groups: Sequence[Numbers] = (),
    heard: Numbers | None = None,
) -> Transition:
    """Put a transition together from square matrices of 0 and 1 (ties, later) and of weights (contact)."""
    tied = sparse.csr_array(ties.astype(np.float64))
    everybody = np.arange(len(ties)) if heard is None else heard
    teams = groups[0] if groups else np.zeros(len(ties), dtype=np.int64)
    new = np.argwhere(np.triu(later, k=1)).astype(np.int64)
    return Transition(
        organization,
        name,
        open_trial(Known(tied, tied), teams, everybody, new),
        Known(tied, sparse.csr_array(contact.astype(np.float64)), tuple(groups)),
    )


def five(data: Path, only: Sequence[str] = ORGANIZATIONS) -> Iterator[Transition]:
    """The nine transitions of the five organizations of SCIENCE.md §6.3."""
    loaders = (burkhardt_brass, eies, eu_email, invs15, kapferer)
    for organization, load in zip(ORGANIZATIONS, loaders, strict=True):
        if organization in only:
            yield from load(data)


def others(data: Path, *, large: bool = True) -> Iterator[Transition]:
    """Groups that are no organization, too small to judge by, or with another roster."""
    for load in (git_streamlit, van_de_bunt, newcomb, glasgow):
        yield from load(data)
    if large:
        yield from eu_email(data, roster="all who wrote before")
        yield from eu_email(data, roster="all tied before")


def burkhardt_brass(data: Path) -> Iterator[Transition]:
    folder = data / "burkhardt_brass_agency"
    people = sorted(pd.read_csv(folder / "nodes.csv")["id"])
    waves = [_both(weight) for weight in _waves(people, pd.read_csv(folder / "edges.csv"), range(1, 6), "weight")]
    for number in range(4):
        contact = faded([np.log1p(wave) for wave in waves[: number + 1]])
        ties, later = ((wave >= 3).astype(float) for wave in waves[number : number + 2])
        yield transition("Burkhardt-Brass", f"w{number + 1}>w{number + 2}", ties, later, contact)


def eies(data: Path) -> Iterator[Transition]:
    folder = data / "freeman_eies"
    people = list(pd.read_csv(folder / "nodes.csv")["id"])
    before, after = _waves(people, pd.read_csv(folder / "edges.csv"), (1, 2), "weight")
    ties, later = (_either(wave >= 3) for wave in (before, after))
    yield transition("EIES", "t1>t2", ties, later, np.log1p(before + before.T))


def eu_email(data: Path, roster: str = "") -> Iterator[Transition]:
    """Half a year of e-mail in two halves.

    SCIENCE.md takes everybody with a tie in either half, which nobody could have known before; the other two rosters
    are fixed before.
    """
    sent = pd.read_csv(data / "email_eu_temporal" / "directed_q1.csv").query("source != target")
    people = sorted(set(sent["source"]) | set(sent["target"]))
    first = sent["time"] <= sent["time"].max() / 2
    before, after = (_counted(people, part[["source", "target"]]) for part in (sent[first], sent[~first]))
    ties, later = (((half > 0) & (half.T > 0) & (half + half.T >= 3)).astype(float) for half in (before, after))
    wrote, tied = (before + before.T).any(axis=1), ties.any(axis=1)
    keep = {"": tied | later.any(axis=1), "all who wrote before": wrote, "all tied before": tied}[roster]
    inside = np.ix_(keep, keep)
    contact = np.log1p(before + before.T)
    yield transition("EU e-mail", roster or "H1>H2", ties[inside], later[inside], contact[inside])


def invs15(data: Path) -> Iterator[Transition]:
    folder = data / "sociopatterns_invs15"
    met = pd.read_csv(folder / "edges.csv")
    people = sorted(set(met["source"]) | set(met["target"]))
    pair = np.sort(met[["source", "target"]].to_numpy(), axis=1)
    windows = pd.DataFrame({"source": pair[:, 0], "target": pair[:, 1], "window": met["time"] // 300})
    windows = windows.assign(week=met["time"] // (7 * DAY)).drop_duplicates()
    before, after = (
        _both(_counted(people, windows.loc[windows["week"] == week, ["source", "target"]])) for week in (0, 1)
    )
    of = pd.read_csv(folder / "nodes.csv").set_index("id")["department"].reindex(people)
    groups = [pd.factorize(of, sort=True)[0].astype(np.int64)]
    ties, later = ((week >= 2).astype(float) for week in (before, after))
    yield transition("InVS15", "week 1>2", ties, later, np.log1p(before), groups=groups)


def kapferer(data: Path) -> Iterator[Transition]:
    edges = pd.read_csv(data / "kapferer_tailorshop" / "edges.csv").assign(weight=1.0)
    people = sorted(pd.read_csv(data / "kapferer_tailorshop" / "nodes.csv")["id"])
    named = {
        relation: list(_waves(people, edges[edges["relation"] == relation], (1, 2), "weight"))
        for relation in ("instrumental", "sociational")
    }
    for name, own, other in (("work", "instrumental", "sociational"), ("social", "sociational", "instrumental")):
        ties, later, beside = (_either(wave > 0) for wave in (*named[own], named[other][0]))
        yield transition("Kapferer", name, ties, later, ties + beside / 2)


def git_streamlit(data: Path) -> Iterator[Transition]:
    """Years of work on the same files, among those who were there in both."""
    edges = pd.read_csv(data / "git_streamlit" / "edges.csv")
    edges["wave"] = edges["wave"].str[:4].astype(int)
    nodes = pd.read_csv(data / "git_streamlit" / "nodes.csv").set_index("id")
    active = pd.read_csv(data / "git_streamlit" / "activity.csv")
    active["wave"] = active["wave"].str[:4].astype(int)
    for year in range(2018, 2024):
        people = sorted(
            set(active.loc[active["wave"] == year, "id"]) & set(active.loc[active["wave"] == year + 1, "id"])
        )
        before, after = (_both(wave) for wave in _waves(people, edges, (year, year + 1), "weight", add=True))
        groups = [pd.factorize(nodes["main_component"].reindex(people), sort=True)[0].astype(np.int64)]
        ties, later = ((wave > 0).astype(float) for wave in (before, after))
        yield transition("git Streamlit", f"{year}>{year + 1}", ties, later, np.log1p(before), groups=groups)


def van_de_bunt(data: Path) -> Iterator[Transition]:
    folder = data / "vandebunt_freshmen"
    people = list(pd.read_csv(folder / "nodes.csv")["id"])
    waves = list(_waves(people, pd.read_csv(folder / "edges.csv"), range(1, 8), "weight"))
    unheard = pd.read_csv(folder / "nonresponse_w4_w5.csv").query("missing_answers > 20")
    programme = [pd.factorize(pd.read_csv(folder / "nodes.csv")["program"], sort=True)[0].astype(np.int64)]
    for number in range(2, 7):
        silent = set(unheard.loc[unheard["wave"].isin([number, number + 1]), "id"])
        heard = np.array([place for place, person in enumerate(people) if person not in silent], dtype=np.int64)
        contact = faded([np.log1p(np.maximum(wave, 0) + np.maximum(wave.T, 0)) for wave in waves[:number]])
        ties, later = (_either(wave >= 2) for wave in waves[number - 1 : number + 1])
        name = f"w{number}>w{number + 1}"
        yield transition("Van de Bunt", name, ties, later, contact, groups=programme, heard=heard)


def newcomb(data: Path) -> Iterator[Transition]:
    folder = data / "newcomb_fraternity"
    people = sorted(pd.read_csv(folder / "nodes.csv")["id"])
    edges = pd.read_csv(folder / "edges.csv")
    edges["liked"] = 1 / edges["rank"]
    weeks = (0, 5, 10, 15)
    waves = list(_waves(people, edges, weeks, "liked"))
    for number in range(3):
        ties, later = (_either(wave >= 1 / 4) for wave in waves[number : number + 2])
        contact = faded([wave + wave.T for wave in waves[: number + 1]])
        yield transition("Newcomb", f"week {weeks[number]}>{weeks[number + 1]}", ties, later, contact)


def glasgow(data: Path) -> Iterator[Transition]:
    folder = data / "glasgow_s50"
    people = list(pd.read_csv(folder / "nodes.csv")["id"])
    waves = list(_waves(people, pd.read_csv(folder / "edges.csv").assign(weight=1.0), (1, 2, 3), "weight"))
    for number in range(2):
        ties, later = (_either(wave > 0) for wave in waves[number : number + 2])
        contact = faded([wave + wave.T for wave in waves[: number + 1]])
        yield transition("Glasgow girls", f"w{number + 1}>w{number + 2}", ties, later, contact)


def at_once(data: Path) -> Iterator[tuple[str, Floats]]:
    """Networks that were looked at once, for hiding some of their ties."""
    lazega = pd.read_csv(data / "lazega_lawfirm" / "edges.csv")
    krackhardt = pd.read_csv(data / "krackhardt_hightech" / "edges.csv")
    consulting = pd.read_csv(data / "cross_parker_consulting" / "edges.csv")
    for name, edges in (
        *(
            (f"Lazega {relation}", lazega[lazega["relation"] == relation])
            for relation in ("cowork", "friendship", "advice")
        ),
        *(
            (f"Krackhardt {relation}", krackhardt[krackhardt["relation"] == relation])
            for relation in ("friendship", "advice")
        ),
        ("Cross-Parker advice", consulting[(consulting["relation"] == "advice_freq") & (consulting["weight"] >= 4)]),
    ):
        people = sorted(set(edges["source"]) | set(edges["target"]))
        yield name, _either(_counted(people, edges[["source", "target"]]) > 0)


def hide(ties: Floats, seed: int, share: float = 0.2) -> Trial:
    """A trial in which some ties are hidden, and come back 'later'."""
    every = np.argwhere(np.triu(ties, k=1)).astype(np.int64)
    hidden = np.random.default_rng(seed).permutation(every)[: round(share * len(every))]
    left = ties.copy()
    left[hidden[:, 0], hidden[:, 1]] = left[hidden[:, 1], hidden[:, 0]] = 0
    tied = sparse.csr_array(left)
    return open_trial(Known(tied, tied), np.zeros(len(ties), dtype=np.int64), np.arange(len(ties)), hidden)


def faded(waves: Sequence[Floats]) -> Floats:
    """The sum of some waves, the last one whole and each one before at half of the next."""
    return sum((wave * 0.5**ago for ago, wave in enumerate(reversed(waves))), np.zeros_like(waves[-1]))


def _waves(
    people: Sequence[object], edges: pd.DataFrame, waves: Iterable[int], weight: str, *, add: bool = False
) -> Iterator[Floats]:
    """The matrix of each wave: what `weight` says of the row's person and the column's; the largest, or the sum."""
    place = {person: number for number, person in enumerate(people)}
    inside = edges[edges["source"].isin(place) & edges["target"].isin(place) & (edges["source"] != edges["target"])]
    for wave in waves:
        said = inside[inside["wave"] == wave]
        found = np.zeros((len(people), len(people)))
        where = (said["source"].map(place).to_numpy(), said["target"].map(place).to_numpy())
        (np.add if add else np.maximum).at(found, where, said[weight].to_numpy(dtype=float))
        yield found


def _counted(people: Sequence[object], said: pd.DataFrame) -> Floats:
    return next(_waves(people, said.assign(wave=0, times=1.0), (0,), "times", add=True))


def _either(named: Floats | np.ndarray) -> Floats:
    return ((named + named.T) > 0).astype(np.float64)


def _both(weight: Floats) -> Floats:
    """A symmetric matrix from one that holds each pair once, or twice alike."""
    return np.maximum(weight, weight.T)
