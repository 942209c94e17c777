"""Rapport does what its promises say, in whatever order things happen to it: each thing is done twice and compared.

Once in the product, on a real database through the functions that commands and forms call, and once in `plain_model`,
which knows sets and dictionaries. After every step whatever the model knows is looked up in the files.
"""

import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from unittest.mock import patch

import hypothesis
import pandas as pd
import plain_model
import pytest
from asking import client, codes_of
from click.testing import CliRunner
from conftest import full
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from plain_model import Model, World

from dashboard import command
from dashboard.cli import rapport
from data import ballot_box, organization, roster, waves
from data import keys as key_files
from data.exchange import TiesFile
from data.records import Problem
from data.roster import RosterRow
from surveys import ballots, closing, importing, opening, stored
from surveys.desk import Desk
from surveys.pulse_link import PulseLink
from surveys.questionnaire import Item, Questionnaire
from surveys.rehearsal import Clock
from surveys.submission import Submission

pytestmark = pytest.mark.usefixtures("counting_here")

RUNS, STEPS = (60, 50) if full else (4, 20)
LEAST = 2_000 if full else 40
"""Steps that are taken, or the run was none."""

PEOPLE = [f"m{number:02}" for number in range(14)]
TEAMS = ["Sales", "Sales / North", "Engineering"]
QUESTIONS = Questionnaire(
    "small",
    "Small",
    {"trust": "Trust"},
    (Item("T1", "trust", "People here keep their word."), Item("T2", "trust", "People here help one another.")),
    comment="Anything else?",
)
ONE_GROUP = 40
"""More people than there are: everybody counts in one group, so that what is counted can be told to the unit."""
OF_WAVES = [each.name for each in stored.tables() if "wave_id" in dict(each.columns)]
"""Every table that says something of a wave."""
PASSPHRASE, ANOTHER = "works council", "works counsel"

member = st.sampled_from(PEOPLE)
members = st.sets(member, max_size=4)
many = st.sets(member, min_size=1, max_size=len(PEOPLE))
number = st.sampled_from([0, 0, 1, 2, 3])
"""Often the first."""
yes = st.booleans()
asks = st.sampled_from(["both", "pulse", "network"])
names_sent = st.fixed_dictionaries(
    {"others": members, "apart": members, "agrees": st.tuples(yes, yes), "skips": number}
)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Copy:
    """A backup, and the key folder as it was beside it."""

    file: Path
    keys: Path
    of: World
    kept: dict[str, frozenset[str]]


class Machine(RuleBasedStateMachine):
    """What can happen to an organization that uses Rapport."""

    taken = 0

    def __init__(self, folder: Path, monkeypatch) -> None:
        super().__init__()
        self.room, self.places = folder, count()
        self.clock = Clock(datetime(2026, 7, 6, 8))
        monkeypatch.setattr(command, "now", self.clock)
        self.model = Model(self.clock.now)
        self.folder = self.place()
        self.desk = self.opened()
        self.made: list[str] = []
        self.ids: dict[str, str] = {}
        self.codes: dict[str, dict[str, tuple[str, str]]] = {}
        self.copies: list[Copy] = []

    # the machinery

    def place(self) -> Path:
        made = self.room / str(next(self.places))
        made.mkdir()
        return made

    @property
    def database(self) -> Path:
        return self.folder / "rapport.duckdb"

    @property
    def key_folder(self) -> Path:
        return self.folder / "rapport.duckdb.keys"

    def opened(self) -> Desk:
        return Desk.open(self.database, clock=self.clock, url="http://127.0.0.1:8501")

    def teardown(self) -> None:
        self.desk.close()
        shutil.rmtree(self.room)
        self.room.mkdir()

    def start_again(self, folder: Path | None = None) -> None:
        """In the same place, or where the files were copied to at the moment of death."""
        self.desk.close()
        if folder is not None:
            shutil.rmtree(self.folder)
            self.folder = folder
        self.desk = self.opened()
        assert len(self.desk.notices) == len(self.model.restart())

    def files_as_they_are(self) -> Path:
        """What is on the disk now, in a place of its own: what the next process finds after this one is killed."""
        left = self.place()
        shutil.copytree(self.folder, left, dirs_exist_ok=True)
        return left

    def die(self) -> None:
        raise Killed(self.files_as_they_are())

    def killed(self, act) -> None:
        """Does something during which the process is killed, and starts again from what it left."""
        with pytest.raises(Killed) as end:
            act()
        self.start_again(*end.value.args)

    def one_of(self, which: int) -> str:
        """A wave, sooner one that is open; it may be forgotten, or unknown to the copy that this world is from."""
        unfinished = {each.name for kind in ("pulse", "network") for each in self.model.world.unfinished(kind)}
        sooner = sorted(self.made, key=lambda name: name in unfinished)
        return sooner[-1 - which % len(sooner)]

    def known(self, name: str) -> bool:
        return name in self.model.world.waves

    def posted(self, path: str, code: str, **fields: object) -> object:
        return client(self.desk).post(path, data={"code": code, **fields})

    # the roster

    @initialize(asks=asks, trusted=number)
    def founded(self, asks: str, trusted: int) -> None:
        with self.desk.store.writing() as db:
            organization.set_setting(db, "quarters_kept", str(plain_model.QUARTERS))
            organization.set_setting(db, "network_waves_kept", str(plain_model.NETWORKS))
        self.take_roster({each: TEAMS[place % 3] for place, each in enumerate(PEOPLE[:12])})
        self.open_one(asks, 30, trusted)

    @rule(who=member, team=st.sampled_from([*TEAMS, None]))
    def somebody_comes_moves_or_leaves(self, who: str, team: str | None) -> None:
        now = {each: self.model.world.teams[each] for each in self.model.world.here - {who}}
        self.take_roster(now | ({who: team} if team else {}))

    def take_roster(self, teams: dict[str, str]) -> None:
        rows = [RosterRow(line, each, f"Name {each}", "", team) for line, (each, team) in enumerate(teams.items(), 2)]
        with self.desk.store.writing() as db:
            roster.apply(db, roster.plan(roster.teams(db), roster.members(db, active_only=False), rows))
        self.model.take_roster(teams)

    # opening

    @rule(asks=asks, days=st.sampled_from([3, 30]), trusted=number)
    def open_a_wave(self, asks: str, days: int, trusted: int) -> None:
        if self.model.can_open(asks):
            self.open_one(asks, days, trusted)
        else:
            with pytest.raises(Problem):
                opening.open_wave(self.desk, self.next_name(), **self.terms(asks, days, trusted))

    def open_one(self, asks: str, days: int, trusted: int) -> None:
        name, terms = self.next_name(), self.terms(asks, days, trusted)
        opening.open_wave(self.desk, name, **terms)
        self.made.append(name)
        self.model.open(name, asks, terms["closes"], trustee=terms["passphrase"] is not None)
        self.codes[name] = codes_of(self.desk, name)
        self.learn(name)

    def terms(self, asks: str, days: int, trusted: int) -> dict:
        return {
            "asks": asks,
            "questionnaire": None if asks == "network" else QUESTIONS,
            "closes": self.clock.now + timedelta(days=days),
            "k": plain_model.K,
            "smallest_group": ONE_GROUP,
            "passphrase": PASSPHRASE if trusted == 3 and asks != "network" else None,
        }

    def next_name(self) -> str:
        return f"wave {len(self.made)}"

    def learn(self, name: str) -> None:
        with self.desk.store.reading() as db:
            self.ids[name] = waves.wave(db, name).wave_id

    @rule(asks=st.sampled_from(["pulse", "both"]), at=st.sampled_from(["key file", "ballots", "mark"]))
    def killed_while_a_wave_opens(self, asks: str, at: str) -> None:
        """As the key file is written, as the ballots are, or when only the mark of the opening is left to be ended."""
        if not self.model.can_open(asks):
            return
        name, terms = self.next_name(), self.terms(asks, 30, 0)
        where = {"key file": (key_files.os, "fsync"), "ballots": (opening, "_write"), "mark": (opening, "settle")}[at]

        def opens() -> None:
            with patch.object(*where, lambda *_: self.die()):
                opening.open_wave(self.desk, name, **terms)

        if at == "mark":
            self.made.append(name)
            self.model.open(name, asks, terms["closes"], trustee=False)
        self.killed(opens)
        if at == "mark":
            self.codes[name] = codes_of(self.desk, name)
            self.learn(name)

    @precondition(lambda self: not self.model.world.unfinished("network"))
    @precondition(lambda self: sum(each.network for each in self.model.world.waves.values()) < 3)
    @rule(who=many)
    def ties_come_from_elsewhere(self, who: set[str]) -> None:
        here = sorted(who & self.model.world.here)
        if len(here) < 2:
            return
        pairs = list(zip(here, [*here[1:], here[0]], strict=True))
        frame = pd.DataFrame([(a, b, "work", 1.0) for a, b in pairs], columns=["source", "target", "kind", "strength"])
        name = self.next_name()
        importing.ties(self.desk, TiesFile(frame, []), name)
        self.made.append(name)
        self.model.take_ties(name, {a: frozenset({(b, "work")}) for a, b in pairs})
        self.codes[name] = {}
        self.learn(name)

    # answering

    @rule(which=number, who=many, value=st.integers(0, 5))
    def several_answer(self, which: int, who: set[str], value: int) -> None:
        """The first of them twice, so that the last answer counts. None: somebody who would rather not say."""
        name = self.one_of(which)
        who = sorted(who & self.codes[name].keys())
        for place, each in enumerate([*who[:1], *who]):
            said = (value + place) % 6 or None
            comment = f"comment {value} of {each}" if place % 2 else ""
            expected = self.model.answer(name, each, said, comment)
            assert self.answers(name, each, said, comment) == expected, (name, each)

    def answers(self, name: str, who: str, value: int | None, comment: str = "") -> int:
        said = {"T1": str(value or ""), "T2": str(value or ""), "comment": comment}
        pulse_code, _ = self.codes[name][who]
        return self.posted("/p", pulse_code or "none", answers="1", **said).status_code

    @rule(which=number, who=member, value=st.integers(1, 5))
    def killed_before_an_answer_is_acknowledged(self, which: int, who: str, value: int) -> None:
        name = self.one_of(which)
        if who not in self.codes[name] or self.model.pulse_link_opens(name, who) != "form":
            return
        put, left = ballot_box.put, []

        def put_and_copy(db, boxes, sealed_for) -> set[bytes]:
            kept = put(db, boxes, sealed_for)
            left.append(self.files_as_they_are())
            return kept

        with patch.object(ballot_box, "put", put_and_copy):
            assert self.answers(name, who, value) == 303
        self.start_again(*left)

    @rule(which=number, who=many, said=names_sent)
    def several_name_people(self, which: int, who: set[str], said: dict) -> None:
        name = self.one_of(which)
        for place, each in enumerate(sorted(who & self.codes[name].keys())):
            rest = sorted(said["others"] - {each})[place % 2 :]
            named = frozenset([*((other, "work") for other in rest), *((other, "help") for other in rest[:1])])
            skips = said["skips"] == 3 and not named
            apart = said["apart"] if place % 3 == 0 else set()
            expected = self.model.name_people(name, each, named, apart, said["agrees"], skips=skips)
            status = self.names(name, each, named, apart, said["agrees"], skips=skips)
            assert status == expected, (name, each, named, apart)

    def names(self, name, who, named, apart, agrees, *, skips) -> int:
        kinds = {kind: sorted(other for other, each in named if each == kind) for kind in ("work", "help")}
        nothing = {} if kinds["work"] else {"work_skip" if skips else "work_nobody": "1"}
        choices = dict(zip(("map", "introductions"), ("yes" if agreed else "no" for agreed in agrees), strict=True))
        _, code = self.codes[name][who]
        sent = {"answers": "1", **kinds, **nothing, **choices, "avoid": sorted(apart)}
        return self.posted("/n", code or "none", **sent).status_code

    # a member's own page

    @rule(which=number, who=member, other=member, what=st.sampled_from(["erase", "choose", "take back"]), agrees=yes)
    def somebody_decides_on_their_own_page(self, which, who, other, what, agrees) -> None:
        name = self.one_of(which)
        if who not in self.codes[name]:
            return
        _, code = self.codes[name][who]
        known = self.model.network_link_opens(name, who) != "nothing"
        word = "yes" if agrees else "no"
        if what == "erase":
            self.model.erase(name, who)
            answered = self.posted("/n", code or "none", erase="yes")
        elif what == "choose":
            self.model.choose(name, who, (agrees, agrees))
            answered = self.posted("/n", code or "none", consent="1", map=word, introductions=word)
        else:
            self.model.take_back(name, who, other)
            answered = self.posted("/n", code or "none", take_back=other)
        assert answered.status_code == (200 if known else 404)

    @rule(which=number, who=member)
    def somebody_opens_their_links(self, which: int, who: str) -> None:
        name = self.one_of(which)
        if who not in self.codes[name]:
            return
        pulse_code, network_code = self.codes[name][who]
        pages = {"nothing": "We do not know this code", "own page": "What is held about you", "word": "has closed"}
        opens = self.model.pulse_link_opens(name, who)
        assert pages.get(opens, 'name="T1"' if opens == "form" else "<h1>") in self.posted("/p", pulse_code or "x").text
        opens = self.model.network_link_opens(name, who)
        assert pages.get(opens, "Who do you work with?") in self.posted("/n", network_code or "x").text

    # closing

    @rule(days=st.sampled_from([1, 9, 40, 95]))
    def time_passes(self, days: int) -> None:
        self.clock.now += timedelta(days=days)
        self.model.now = self.clock.now

    @rule()
    def the_server_looks_at_the_clock(self) -> None:
        for name in closing.due(self.desk):
            with suppress(Problem):
                closing.close_wave(self.desk, name)
        self.model.strike()

    @rule(which=number, passphrase=st.sampled_from([PASSPHRASE, ANOTHER]), gives_up=st.integers(0, 4))
    def close_a_wave(self, which: int, passphrase: str, gives_up: int) -> None:
        name, without = self.one_of(which), gives_up == 4
        can = self.model.can_close(name, passphrase=passphrase == PASSPHRASE, without_answers=without)
        try:
            closing.close_wave(self.desk, name, passphrase=passphrase, without_answers=without)
        except Problem:
            assert not can
        else:
            assert can
            self.model.close(name, without_answers=without)

    @rule(which=number, step=st.sampled_from(plain_model.STEPS), kills=yes)
    def a_close_is_interrupted(self, which: int, step: str, kills: bool) -> None:
        """By the end of the process, or by a fault after which it goes on."""
        name = self.one_of(which)
        if not self.model.can_close(name, passphrase=True, without_answers=False):
            return
        left = self.place() if kills else None

        def stop(at: str) -> None:
            if at == step:
                if left is not None:
                    shutil.copytree(self.folder, left, dirs_exist_ok=True)
                raise Killed

        state = self.model.world.waves[name].state
        if state == "closed" and step != "destroy keys":
            return
        self.model.interrupt(name, step)
        with pytest.raises(Killed):
            closing.close_wave(self.desk, name, passphrase=PASSPHRASE, step=stop)
        if kills:
            self.start_again(left)

    @rule(which=number, who=member)
    def somebody_erases_themselves_while_a_wave_closes(self, which: int, who: str) -> None:
        name = self.one_of(which)
        can = self.model.can_close(name, passphrase=True, without_answers=False)
        if not can or who not in self.codes[name] or self.model.world.waves[name].state == "closed":
            return
        _, code = self.codes[name][who]

        def erase(at: str) -> None:
            if at == "reason" and code:
                self.posted("/n", code, erase="yes")

        closing.close_wave(self.desk, name, passphrase=PASSPHRASE, step=erase)
        self.model.close(name, erasing=who)

    # the process ends and begins

    @rule(kills=yes)
    def the_process_ends_and_another_begins(self, kills: bool) -> None:
        self.start_again(self.files_as_they_are() if kills else None)

    # copies

    @precondition(lambda self: not self.copies or self.copies[-1].of != self.model.world)
    @rule()
    def back_up(self) -> None:
        copy = self.place()
        file, keys = copy / "copy.duckdb", copy / "keys"
        self.desk.store.backup(file)
        if self.key_folder.exists():
            shutil.copytree(self.key_folder, keys)
        held = file.read_bytes()
        for wave_id in self.desk.keys.waves():
            for name, key in self.desk.keys.read(wave_id).items():
                assert key not in held, (wave_id, name)
                assert key.hex().encode() not in held, (wave_id, name)
        self.copies = [*self.copies[-2:], Copy(file, keys, self.model.backup(), dict(self.model.keys))]

    @precondition(lambda self: self.copies)
    @rule(which=number, keys=st.sampled_from(["none", "as they are", "as they were"]))
    def restore(self, which: int, keys: str) -> None:
        copy = self.copies[-1 - which % len(self.copies)]
        new = self.place()
        beside = {"none": None, "as they are": self.key_folder, "as they were": copy.keys}[keys]
        if beside is not None and beside.exists():
            shutil.copytree(beside, new / "rapport.duckdb.keys")
        kept = {"none": {}, "as they are": self.model.keys, "as they were": copy.kept}[keys]
        self.desk.close()
        shutil.rmtree(self.folder)
        self.folder = new
        told = CliRunner().invoke(rapport, ["restore", str(copy.file), "--db", str(self.database)])
        assert told.exit_code == 0, told.stderr
        lost = set(re.findall(r"^.*?Wave (wave \d+) is .* its answers cannot be opened", told.stderr, re.MULTILINE))
        assert lost == self.model.restore(copy.of, kept)
        self.desk = self.opened()

    @rule(which=number)
    def links_are_made_again(self, which: int) -> None:
        name = self.one_of(which)
        keys, world = self.model.keys.get(name, frozenset()), self.model.world
        left = {"network"} if self.known(name) and world.waves[name].state == "closed" else {"network", "pulse"}
        try:
            made = codes_of(self.desk, name)
        except Problem:
            assert not self.known(name) or not keys & left
        else:
            assert keys & left
            for who, (pulse, network) in made.items():
                expected = self.codes[name][who]
                assert (pulse, network) == (
                    expected[0] if "pulse" in keys else "",
                    expected[1] if "network" in keys else "",
                )

    # what must be so

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        type(self).taken += 1
        with self.desk.store.reading() as db:
            self.people_are(db)
            self.waves_are(db)
            self.answers_are(db)
            self.the_network_is(db)
        self.keys_are()
        self.links_open()

    def people_are(self, db) -> None:
        world = self.model.world
        found = db.execute("SELECT member_id, path, active FROM member JOIN team USING (team_id)").fetchall()
        assert set(found) == {(each, team, each in world.here) for each, team in world.teams.items()}
        erased = db.execute("SELECT subject FROM audit WHERE action = 'erase' ORDER BY subject").fetchall()
        assert [who for (who,) in erased] == sorted(world.erasures)

    def waves_are(self, db) -> None:
        known = self.model.world.waves
        found = {each.name: (each.number, each.asks, each.state, each.closed_on) for each in waves.waves(db)}
        assert found == {each.name: (each.number, each.asks, each.state, each.closed_on) for each in known.values()}
        seats = self.of_waves(db, "SELECT wave_id, member_id FROM seat")
        assert seats == {(name, who) for name, wave in known.items() for who in wave.asked}
        mentioned = self.of_waves(db, " UNION ALL ".join(f"SELECT wave_id FROM {table}" for table in OF_WAVES))
        assert mentioned == {(name,) for name in known}

    def answers_are(self, db) -> None:
        world = self.model.world
        laid_out = self.of_waves(db, "SELECT wave_id, count(*) FROM ballot GROUP BY wave_id")
        assert laid_out == {(each.name, len(each.asked)) for each in world.unfinished("pulse")}
        boxes = dict(db.execute("SELECT nullifier, sealed FROM box").fetchall())
        assert len(boxes) == sum(len(each.said) for each in world.waves.values())
        for wave in world.unfinished("pulse"):
            if not wave.trustee and "box" in self.model.keys.get(wave.name, ()):
                self.boxes_hold(wave, boxes)
        counted = self.of_waves(db, "SELECT wave_id, n, round(total, 6) FROM moment WHERE team_id = 'organization'")
        assert counted == {(each.name, *each.counted) for each in world.waves.values() if each.counted}
        comments = db.execute("SELECT wave_id, text FROM comment ORDER BY ALL").fetchall()
        assert comments == sorted(
            (self.ids[each.name], text) for each in world.waves.values() for text in each.comments
        )

    def boxes_hold(self, wave, boxes) -> None:
        unseal = ballots.opener(self.desk.keys.read(self.ids[wave.name])["box"])
        for who, (value, comment) in wave.said.items():
            secret = ballots.secret_from(self.codes[wave.name][who][0])
            answers = {} if value is None else {"T1": value, "T2": value}
            assert Submission.from_bytes(unseal(boxes[ballots.nullifier(secret)])) == Submission(answers, comment)

    def the_network_is(self, db) -> None:
        world = self.model.world
        known = world.waves.items()
        given = self.of_waves(db, "SELECT wave_id, source, target, kind FROM tie")
        assert given == {
            (name, who, *each) for name, wave in known for who, names in wave.named.items() for each in names
        }
        answered = self.of_waves(db, "SELECT wave_id, member_id FROM network_answer")
        assert answered == {(name, who) for name, wave in known for who in wave.named}
        placed = self.of_waves(db, "SELECT wave_id, member_id FROM standing")
        assert placed == {(name, who) for name, wave in known for who in wave.placed}
        pairs = "SELECT wave_id, unnest([member_a, member_b]) FROM introduction"
        assert self.of_waves(db, pairs) <= {(name, who) for name, wave in known for who in wave.introduced}
        agreed = set(db.execute("SELECT member_id, map, introductions FROM consent").fetchall())
        assert agreed == {(who, *choices) for who, choices in world.agreed.items()}
        wishes = set(db.execute("SELECT member_id, other_id, taken_back FROM avoid").fetchall())
        assert wishes == {(who, *wish) for who, of_whom in world.apart.items() for wish in of_whom.items()}

    def of_waves(self, db, query: str) -> set[tuple]:
        """Rows that begin with the id of a wave, with its name instead; of a wave that nobody made, as they are."""
        names = {wave_id: name for name, wave_id in self.ids.items()}
        return {(names.get(wave_id, wave_id), *rest) for wave_id, *rest in db.execute(query).fetchall()}

    def keys_are(self) -> None:
        """None that the model does not know of, and no file that is half written."""
        found = {wave_id: frozenset(names) for wave_id, names in self.desk.keys.waves().items()}
        assert found == {self.ids[name]: keys for name, keys in self.model.keys.items()}
        assert not list(self.key_folder.glob("*.new"))

    def links_open(self) -> None:
        """Every link that was ever handed out, whether it is used or not."""
        handed = [(name, who, *codes) for name, of_wave in self.codes.items() for who, codes in of_wave.items()]
        pulse = [(name, who, ballots.secret_from(code)) for name, who, code, _ in handed if code]
        found = PulseLink.find(self.desk, [secret for _, _, secret in pulse])
        for (name, who, _), link in zip(pulse, found, strict=True):
            assert self.page_of(link) == self.model.pulse_link_opens(name, who), (name, who)
        with self.desk.store.reading() as db:
            known = dict(db.execute("SELECT link_hash, (member_id, wave_id) FROM network_link").fetchall())
        for name, who, _, code in handed:
            if code:
                found_for = known.pop(ballots.link_hash(ballots.secret_from(code)), None)
                works = self.model.network_link_opens(name, who) != "nothing"
                assert (found_for == (who, self.ids[name])) == works, (name, who)
        assert not known

    def page_of(self, link: PulseLink | None) -> str:
        if link is None:
            return "nothing"
        if link.takes_answers(self.clock.now):
            return "form"
        return "results" if link.ballot is None else "word"


SOME, ALL = set(PEOPLE[:6]), set(PEOPLE[:12])
NAMES = {"others": set(PEOPLE[:3]), "apart": {PEOPLE[5]}, "agrees": (True, True), "skips": 0}
ANSWERED = [("several_answer", (0, SOME, 3)), ("several_name_people", (0, ALL, NAMES))]
CLOSED = [("close_a_wave", (0, PASSPHRASE, 0))]
YEAR = [("time_passes", (95,))] * 4
PULSE, NETWORK = [("open_a_wave", ("pulse", 30, 0))], [("open_a_wave", ("network", 30, 0))]
BOTH = [("founded", ("both", 0))]
ONLY_PULSE, ONLY_NETWORK = [("founded", ("pulse", 0))], [("founded", ("network", 0))]

PATHS = {
    "answered, closed, erased": [
        *BOTH, *ANSWERED, ("somebody_erases_themselves_while_a_wave_closes", (0, "m01")),
        ("somebody_decides_on_their_own_page", (0, "m02", "m05", "erase", True)),
    ],
    "killed while closing": [*BOTH, *ANSWERED, ("a_close_is_interrupted", (0, "reason", True))],
    "killed while opening": [
        *ONLY_NETWORK, *(("killed_while_a_wave_opens", ("pulse", at)) for at in ("key file", "ballots", "mark")),
    ],
    "too late": [*BOTH, ("time_passes", (40,)), *ANSWERED, ("the_server_looks_at_the_clock", ())],
    "restored after the close": [*BOTH, *ANSWERED, ("back_up", ()), *CLOSED, ("restore", (0, "as they are"))],
    "restored without keys": [*ONLY_NETWORK, ("back_up", ()), ("restore", (0, "none"))],
    "links older than ties from elsewhere": [
        *ONLY_NETWORK, *CLOSED, ("ties_come_from_elsewhere", (SOME,)), *YEAR, *PULSE, *CLOSED,
    ],
    "forgotten before its keys were destroyed": [
        *ONLY_PULSE, ("a_close_is_interrupted", (0, "destroy keys", False)), *YEAR, *PULSE, *CLOSED,
    ],
    "a wish taken back, and three networks": [
        *ONLY_NETWORK, *ANSWERED, *CLOSED, ("somebody_decides_on_their_own_page", (0, "m00", "m05", "take back", True)),
        *NETWORK, *ANSWERED, *CLOSED, *NETWORK, *CLOSED,
    ],
}  # fmt: skip
"""What chance comes to seldom: which rules, one after the other."""


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Makes one, in which everybody counts in one group."""
    monkeypatch.setattr(importing, "SMALLEST_GROUP", ONE_GROUP)
    # A trustee's key is dear to guess, and so dear to make: not in a run that makes hundreds.
    monkeypatch.setattr(ballots, "_passphrase_key", lambda words, salt: sha256(salt + words.encode()).digest())
    return lambda: Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_the_product_and_the_plain_model_agree_where_chance_seldom_leads(machine, path):
    made = machine()
    try:
        for what, how in path:
            getattr(made, what)(*how)
            made.everything_is_as_the_model_says()
    finally:
        made.teardown()


def test_whatever_happens_in_whatever_order_the_product_and_the_plain_model_agree(machine):
    Machine.taken = 0

    run_state_machine_as_test(
        machine,
        settings=hypothesis.settings(
            max_examples=RUNS, stateful_step_count=STEPS, suppress_health_check=list(hypothesis.HealthCheck)
        ),
    )

    assert Machine.taken >= LEAST


def test_the_model_knows_the_steps_of_a_close():
    assert plain_model.STEPS == closing.STEPS
