"""From a list of pairs to ties: a manager proposes a batch, each of the two is asked alone, the next wave tells.

    propose ─▶ a link for each of the two ─▶ both said yes ─▶ they meet ─▶ the next network wave closes: settle

Nobody but the two ever learns what became of a pair. What a manager reads is counted once, when the next network wave
closes, and for the whole organization.
"""

from collections.abc import Collection
from datetime import date

import duckdb
import pandas as pd

from data import audit, findings, roster, ties, waves
from data import introducing as kept
from data.records import ROOT, Problem, Wave
from surveys import ballots
from surveys.desk import Desk

COLUMNS = ["member_id", "name", "email", "introduction_url"]


def offered(db: duckdb.DuckDBPyConnection, wave: Wave, on: date) -> pd.DataFrame:
    """The pairs that may be shown on a day, best first: the gate's answer, of people who are still in the roster.

    None as soon as a later network wave has opened.
    """
    from analytics import disclosure  # noqa: PLC0415  loads scipy, for which no form should wait when a server starts

    standings = ties.standings(db, wave.wave_id)
    shown = disclosure.introductions(ties.offered(db, wave.wave_id), ties.consents(db), standings, on)
    here = [member.member_id for member in roster.members(db)]
    return shown[shown["member_a"].isin(here) & shown["member_b"].isin(here)].reset_index(drop=True)


def check_current(db: duckdb.DuckDBPyConnection, wave: Wave) -> None:
    """Raises `Problem` where a later network wave has opened: from then on nothing of this list is shown or asked."""
    if not ties.is_current(db, wave.wave_id):
        raise Problem(
            f"Wave '{wave.name}': its introductions ended when a later network wave opened; expected the last network "
            f"wave, and none open. What came of them is counted when the later one closes."
        )


def can_ask(desk: Desk, wave: Wave) -> bool:
    """Whether anybody can be asked about a pair of this wave: not where its ties came from elsewhere, without links.

    Nor as soon as a later network wave has opened.
    """
    return _found_key(desk, wave) is not None


def first(desk: Desk, wave: Wave, top: int) -> list[tuple[str, str]]:
    """The first pairs of the set that may be shown, without those about which somebody decided already."""
    with desk.store.reading() as db:
        shown = offered(db, wave, desk.today()).head(top)
    return _pairs(shown[shown["answer"].isna()])


def propose(desk: Desk, wave: Wave, pairs: Collection[tuple[str, str]], *, who: str) -> int:
    """Asks the two of each pair whether they would like to meet; returns how many pairs were asked.

    A batch, never a single pair: from three on, so that a card that is taken points at nobody. `Problem`, with nothing
    changed, for fewer, for a pair that may not be shown or was decided about, and for a wave without links.
    """
    from analytics.introductions import FEWEST  # noqa: PLC0415  loads NetworkX, which no restart should wait for

    key = _key(desk, wave)
    with desk.store.writing() as db:
        shown = offered(db, wave, desk.today())
        left = set(_pairs(shown[shown["answer"].isna()]))
        unknown = [pair for pair in pairs if pair not in left]
        if unknown:
            one, other = unknown[0]
            raise Problem(f"Members '{one}' and '{other}' cannot be proposed (any more); expected a pair of the list.")
        batch = sorted(set(pairs))
        if len(batch) < FEWEST:
            raise Problem(f"Introductions: {len(batch)} can be proposed; expected a batch of {FEWEST} or more.")
        both_ways = [each for a, b in batch for each in ((a, b), (b, a))]
        links = {each: ballots.link_hash(ballots.invitation(key, *each)) for each in both_ways}
        kept.ask(db, wave.wave_id, links, desk.today())
        both = {member for pair in batch for member in pair}
        audit.note_each(db, happened=desk.clock(), who=who, action="introduction", members=both, detail="proposed")
    return len(batch)


def asked(db: duckdb.DuckDBPyConnection, wave: Wave, on: date) -> list[tuple[str, str]]:
    """(member_id, other_id) of everybody asked about a pair that may be shown on a day: both are here and agree."""
    shown = set(_pairs(offered(db, wave, on)))
    return [(one, other) for one, other in kept.of_wave(db, wave.wave_id) if {(one, other), (other, one)} & shown]


def links(desk: Desk, wave: Wave) -> pd.DataFrame:
    """The link of everybody who was asked: COLUMNS, a row for each introduction. It does not say to whom.

    `Problem` where nobody was asked, or where the next network wave has opened and ended these links.
    """
    with desk.store.reading() as db:
        people = {member.member_id: member for member in roster.members(db)}
    rows = [
        (member.member_id, member.name, member.email, url)
        for (member_id, other_id), url in urls(desk, wave).items()
        if (member := people.get(member_id)) and other_id in people
    ]
    if not rows:
        raise Problem(f"Wave '{wave.name}': nobody was asked yet; expected `rapport introductions ask` before.")
    return pd.DataFrame(rows, columns=COLUMNS)


def urls(desk: Desk, wave: Wave) -> dict[tuple[str, str], str]:
    """(member_id, other_id) → the link with which the one is asked about the other. `Problem` as for `links`."""
    key = _key(desk, wave)
    with desk.store.reading() as db:
        return {pair: f"{desk.url}/i#{code(key, *pair)}" for pair in kept.of_wave(db, wave.wave_id)}


def code(key: bytes, member_id: str, other_id: str) -> str:
    """What stands in the link with which a member is asked about another. `key` is that of the wave's network links."""
    return ballots.code(ballots.invitation(key, member_id, other_id))


def settle(db: duckdb.DuckDBPyConnection, wave: Wave) -> None:
    """As a network wave closes: notes which pairs of the one before have a tie now, and keeps what may be said of it.

    What the two of a pair said is erased here.
    """
    from analytics import disclosure  # noqa: PLC0415  loads scipy, for which no form should wait when a server starts

    before = kept.settle(db, wave)
    if before is not None:
        found = disclosure.release_introductions(wave.wave_id, ROOT, before, kept.outcomes(db), ties.consents(db))
        findings.add(db, wave.wave_id, disclosure.rows(found))
        kept.erase_answers(db, before)


def _key(desk: Desk, wave: Wave) -> bytes:
    key = _found_key(desk, wave)
    if key is None:
        with desk.store.reading() as db:
            check_current(db, wave)
        raise Problem(
            f"Wave '{wave.name}' has no personal links, so nobody can be asked; expected a network wave that closed, "
            f"answered on our forms."
        )
    return key


def _found_key(desk: Desk, wave: Wave) -> bytes | None:
    with desk.store.reading() as db:
        last = waves.last_network_wave(db)
        if last is None or last.wave_id != wave.wave_id or not ties.is_current(db, wave.wave_id):
            return None
    return desk.keys.read(wave.wave_id).get("network") if wave.wave_id in desk.keys.waves() else None


def _pairs(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["member_a"], frame["member_b"], strict=True))
