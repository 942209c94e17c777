"""Opening a wave: its groups are formed, its keys made and proved, its ballots laid out in random order."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from data import ballot_box, roster, ties, waves
from data.nearest import did_you_mean
from data.records import Asks, Ballot, Group, Member, Problem, Wave
from surveys import ballots, checking, groups
from surveys.desk import Desk
from surveys.groups import Formed
from surveys.job import Progress
from surveys.links import pulse_secrets
from surveys.questionnaire import Questionnaire, asked, bank, from_json, to_json
from surveys.submission import KINDS, USUAL_NAMES

SHORTEST_PASSPHRASE = 8
"""Characters. Argon2id makes each guess dear; it cannot make up for a passphrase that is guessed first."""

SMALL_ORGANIZATION = 30
"""Below this many people, k = 4 is offered."""

LONGEST_NAME = 60

MOST_SHORT = 5_000
"""People of whom a wave with short codes may ask: each takes 10 ms of a processor at the opening and the close."""

OPENING = "opening"
"""Stands in a key file until its wave is in the database: what is found with it after a crash belongs to no wave."""


@dataclass(frozen=True)
class Opened:
    """The wave as it was promised, and what whoever opened it should know."""

    wave: Wave
    groups: list[Group]
    notices: list[str]
    """Who cannot appear in a figure of their own, and what else is worth saying before the links go out."""


@dataclass(frozen=True)
class _Terms:
    """What whoever opens the wave decided."""

    name: str
    asks: Asks
    questionnaire: Questionnaire | None
    closes: datetime
    k: int
    smallest_group: int
    passphrase: str | None = field(repr=False)
    names: frozenset[str] = frozenset(USUAL_NAMES)
    short_codes: bool = False


def open_wave(
    desk: Desk,
    name: str,
    *,
    asks: Asks,
    questionnaire: Questionnaire | None,
    closes: datetime,
    k: int = 5,
    smallest_group: int = 6,
    passphrase: str | None = None,
    names: Collection[str] = USUAL_NAMES,
    short_codes: bool = False,
    progress: Progress = lambda _sentence, _share: None,
) -> Opened:
    """Opens a wave for everybody active in the roster, or raises `Problem` and has changed nothing.

    `closes` is in UTC. With a `passphrase` the box key is written under it only, so that nobody can open the answers
    without the trustee. `names` are the questions about names that a network wave asks; 'work' is always among them.
    `short_codes` makes the codes of pulse links short enough to be typed on a device that many use.
    The keys are on disk, and proved to open a box, before the first ballot exists.
    """
    about = frozenset({*names, "work"})
    terms = _Terms(name.strip(), asks, questionnaire, closes, k, smallest_group, passphrase, about, short_codes)
    with desk.turn:
        with desk.store.reading() as db:
            known, members, teams = waves.waves(db), roster.members(db), roster.teams(db)
            earlier = waves.groups(db, known[-1].wave_id) if known else None
        _check(terms, known, members, desk.clock())
        private, public = ballots.new_box_key()
        wave = _wave(terms, known, desk.today(), public)
        keys = _keys(wave, private, terms)
        formed = groups.form(teams, members, smallest=smallest_group, k=k, earlier=earlier)
        laid_out = _ballots(wave, keys, formed, progress)
        try:
            desk.keys.keep(wave.wave_id, {**keys, OPENING: b"1"})
            _prove(desk, wave, passphrase)
            _write(desk, wave, formed, laid_out, keys, terms.names)
        finally:
            settle(desk)
    return Opened(wave, formed.groups, [*formed.alone, *_advice(wave, len(members)), *_renamed(wave, known)])


def settle(desk: Desk) -> None:
    """Ends what openings left in the key folder: the mark of those that are in the database, the keys of the others.

    What a killed process had half written goes too. Keys without the mark are never touched, whatever this database
    knows of their wave: it may be a copy from before that wave opened, and a destroyed key cannot be had back.
    """
    desk.keys.sweep()
    with desk.store.reading() as db:
        known = {wave.wave_id for wave in waves.waves(db)}
    for wave_id, names in desk.keys.waves().items():
        if OPENING in names:
            desk.keys.destroy(wave_id, [OPENING] if wave_id in known else names)


def check_name(name: str, known: Sequence[Wave]) -> None:
    """Raises `Problem` unless a new wave may have this name: one short line that no wave has yet."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Problem(f"Wave name {name!r}: expected one line of up to {LONGEST_NAME} characters, such as '2026-Q3'.")
    for wave in known:
        if wave.name.casefold() == name.casefold():
            raise Problem(f"Wave '{wave.name}' is already there ({wave.state}). Expected a name that is not used yet.")


# ------------------------------------------------------------------------------------------------------ what is refused


def _check(terms: _Terms, known: Sequence[Wave], members: Sequence[Member], now: datetime) -> None:
    check_name(terms.name, known)
    _check_questions(terms)
    _check_names(terms.names)
    for wave in known:
        if wave.state != "closed":
            _check_beside(terms.asks, wave)
    if terms.closes <= now:
        raise Problem(
            f"Wave '{terms.name}' closes at {terms.closes:%Y-%m-%d %H:%M} UTC: expected a time after the present, "
            f"{now:%Y-%m-%d %H:%M} UTC."
        )
    if terms.k < 4:
        raise Problem(f"k = {terms.k}: expected at least 4 answers before a figure is shown, usually 5.")
    if terms.smallest_group < terms.k:
        raise Problem(f"Smallest group {terms.smallest_group}: expected at least k = {terms.k} people.")
    _check_people(terms, members)
    _check_passphrase(terms)


def _check_questions(terms: _Terms) -> None:
    if terms.asks not in ("pulse", "network", "both"):
        raise Problem(f"Wave asks '{terms.asks}': expected 'pulse', 'network' or 'both'.")
    if (terms.asks == "network") != (terms.questionnaire is None):
        raise Problem(f"Wave asks '{terms.asks}': a questionnaire goes with a pulse, and with nothing else.")


def _check_names(names: Collection[str]) -> None:
    for name in sorted(names):
        if name not in KINDS:
            raise Problem(
                f"Question about names '{name}': expected some of {', '.join(KINDS)}.{did_you_mean(name, KINDS)}"
            )


def _check_beside(asks: Asks, wave: Wave) -> None:
    for kind, running in (("pulse", wave.pulse), ("network", wave.network)):
        if running and asks in (kind, "both"):
            raise Problem(f"Wave '{wave.name}' is {wave.state} and asks the {kind} too: one at a time. Close it first.")


def _check_people(terms: _Terms, members: Sequence[Member]) -> None:
    if not members:
        raise Problem("The roster has nobody to invite. Import it first: rapport people import roster.csv.")
    if terms.asks != "network" and len(members) < terms.k:
        raise Problem(f"The roster has {len(members)} active people: a pulse needs at least k = {terms.k} of them.")
    if terms.short_codes and terms.asks == "network":
        raise Problem("Short codes open a pulse; a network wave has none. Expected a pulse.")
    if terms.short_codes and len(members) > MOST_SHORT:
        raise Problem(f"The roster has {len(members)} active people: short codes are for {MOST_SHORT} at most.")


def _check_passphrase(terms: _Terms) -> None:
    if terms.passphrase is None:
        return
    if terms.asks == "network":
        raise Problem("A trustee keeps the key of sealed answers; a network wave has none. Expected a pulse.")
    if len(terms.passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise Problem(f"The trustee's passphrase is too short: expected at least {SHORTEST_PASSPHRASE} characters.")


def _advice(wave: Wave, invited: int) -> list[str]:
    if wave.pulse and wave.k > 4 and invited < SMALL_ORGANIZATION:
        return [f"Only {invited} people are invited: a figure could need four answers instead of {wave.k} (--k 4)."]
    return []


def _renamed(wave: Wave, known: Sequence[Wave]) -> list[str]:
    """Says which dimensions go by another name than in the latest wave that asked them, or in the bank."""
    if not wave.questionnaire:
        return []
    earlier = {f"wave {other.name}": from_json(other.questionnaire) for other in reversed(known) if other.questionnaire}
    return [
        each[:1].upper() + each[1:]
        for each in checking.renamed(from_json(wave.questionnaire), {**earlier, "the bank": bank()})
    ]


# --------------------------------------------------------------------------------------------------------- what is made


def _wave(terms: _Terms, known: Sequence[Wave], today: date, public: bytes) -> Wave:
    number = known[-1].number + 1 if known else 0
    return Wave(
        wave_id=secrets.token_hex(16),
        name=terms.name,
        number=number,
        asks=terms.asks,
        questionnaire=to_json(asked(terms.questionnaire, number)) if terms.questionnaire else "",
        state="open",
        opened_on=today,
        closes=terms.closes,
        closed_on=None,
        k=terms.k,
        smallest_group=terms.smallest_group,
        trustee=terms.passphrase is not None,
        box_key=public if terms.questionnaire else None,
        code_salt=ballots.new_salt() if terms.short_codes else None,
    )


def _keys(wave: Wave, private: bytes, terms: _Terms) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    if wave.pulse:
        keys["pulse"] = ballots.new_key()
        keys["box"] = private if terms.passphrase is None else ballots.lock(private, terms.passphrase)
    if wave.network:
        keys["network"] = ballots.new_key()
    return keys


def _ballots(wave: Wave, keys: Mapping[str, bytes], formed: Formed, progress: Progress) -> list[Ballot]:
    if wave.box_key is None:
        return []
    paths = {group.team_id: group.path for group in formed.groups}
    order = list(formed.seats.items())
    secrets.SystemRandom().shuffle(order)  # the order of rows would otherwise be the roster's
    secrets_of = pulse_secrets(keys["pulse"], wave.code_salt, [member_id for member_id, _ in order])
    made = []
    for done, (secret, (_, group)) in enumerate(zip(secrets_of, order, strict=True)):
        if done % 1_000 == 0:
            progress("Making ballots", done / len(order))
        group_box = ballots.seal(wave.box_key, group.encode(), ballots.GROUP_SIZE)
        made.append(Ballot(ballots.nullifier(secret), group_box, ballots.group_note(secret, paths[group])))
    return made


def _prove(desk: Desk, wave: Wave, passphrase: str | None) -> None:
    """The key as it now lies on disk opens a box sealed to the key that the ballots will use."""
    if wave.box_key is None:
        return
    kept = desk.keys.read(wave.wave_id)["box"]
    private = kept if passphrase is None else ballots.unlock(kept, passphrase)
    if not ballots.opens(private, wave.box_key):
        raise Problem(f"The key file of wave '{wave.name}' does not open a test box. The wave was not opened.")


def _write(  # noqa: PLR0917  each is another thing that was made of the same terms
    desk: Desk,
    wave: Wave,
    formed: Formed,
    laid_out: Sequence[Ballot],
    keys: Mapping[str, bytes],
    names: Collection[str],
) -> None:
    with desk.store.writing() as db:
        waves.add(db, wave, formed.groups, formed.seats)
        ballot_box.add_ballots(db, wave.wave_id, laid_out)
        if wave.network:
            ties.ask(db, wave.wave_id, names)
            ties.drop_taken_back(db)
            links = {each: ballots.link_hash(ballots.secret(keys["network"], each)) for each in formed.seats}
            ties.add_links(db, wave.wave_id, links)
