"""A small organization that is asked something, and the forms as a browser without JavaScript meets them."""

import html
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pandas as pd
import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data import organization, roster, ties, waves
from data.roster import RosterRow
from surveys import ballots, introducing, links, opening, submission, web
from surveys.questionnaire import builtin

WAVE = "2026-Q4"
CLOSES = datetime(2026, 12, 11, 18)
FIRST = "Ana Ben Chidi Dana Elif Femi Grace Hana Ivo Joy Kim Lena Milo Nils Olga Pavel Quinn Remy Siv Tomas".split()
LAST = "Ruiz Okafor Sato Novák Holm".split()
TYPED = {"nonsense", "hana", "xq"}
PROPER = re.compile(r"Rapport|Larkfield|UTC|SHA-256|Engineering|Design|shown to|2026-Q4")
SPOKEN = re.compile(r'<(?P<tag>\w+)[^>]* lang="(?!ar")[^>]*>.*?</(?P=tag)>', re.DOTALL)
UNTRANSLATED = re.compile(
    r'<div class="person">.*?</label>|<legend class="hidden">.*?</legend>|<code>.*?</code>', re.DOTALL
)


def ask(desk, *, people=14, asks="both", questionnaire="pulse", teams=("Engineering", "Design"), **options):
    """Open a wave for `people` members, and give everybody's codes: member_id → (pulse code, network code)."""
    rows = [
        RosterRow(n + 2, f"m{n:02}", f"{FIRST[n % 20]} {LAST[n // 20 % 5]}", f"m{n}@example.org", teams[n % len(teams)])
        for n in range(people)
    ]
    with desk.store.writing() as db:
        organization.set_setting(db, "organization", "Larkfield")
        roster.apply(db, roster.plan(roster.teams(db), roster.members(db, active_only=False), rows))
    asked = builtin(questionnaire) if isinstance(questionnaire, str) else questionnaire
    asked = asked if asks != "network" else None
    opening.open_wave(desk, WAVE, asks=asks, questionnaire=asked, closes=CLOSES, **options)
    return codes(desk)


def codes(desk):
    """Everybody's codes, taken from their links."""
    return codes_of(desk, WAVE)


def codes_of(desk, wave):
    """The same for a wave of another name."""
    frame = links.links(desk, wave)
    urls = zip(frame["member_id"], frame["pulse_url"], frame["network_url"], strict=True)
    return {member_id: (_code(pulse), _code(network)) for member_id, pulse, network in urls}


def client(desk) -> TestClient:
    """The forms without a browser, a script or a session."""
    return TestClient(Starlette(routes=web.routes(lambda: desk)), follow_redirects=False)


def introduced(desk, *pairs, hosts=None, why="Both list pricing."):
    """Have the two of each pair of members asked, as after a network wave; gives (member_id, other_id) → code.

    Written by hand instead of chosen, so that a test knows who is suggested to whom. Everybody has agreed.
    """
    ask(desk, asks="network")
    with desk.store.writing() as db:
        wave = waves.wave(db, WAVE)
        for member in roster.members(db):
            ties.set_consent(db, member.member_id, map=True, introductions=True)
        rows = [
            {
                "rank": rank, "member_a": a, "member_b": b, "score": 1.0, "feasibility": 0.2, "low": 0.1, "high": 0.3,
                "value": 1.0, "introducer": (hosts or {}).get((a, b)), "why": why, "arm": "chosen", "answer": None,
            }
            for rank, (a, b) in enumerate(pairs, start=1)
        ]  # fmt: skip
        told = {each for pair, host in (hosts or {}).items() for each in (*pair, host)}
        ties.keep_network(db, wave.wave_id, _connected(sorted(told), desk.today()), pd.DataFrame(rows))
        waves.mark_closed(db, wave.wave_id, desk.today())
    introducing.propose(desk, wave, pairs, who="administrator")
    key = desk.keys.read(wave.wave_id)["network"]
    return {(me, other): introducing.code(key, me, other) for a, b in pairs for me, other in ((a, b), (b, a))}


@contextmanager
def served(desk) -> Iterator[str]:
    """The forms over real HTTP, for a browser; gives their address."""
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=web.routes(lambda: desk)), log_level="error"))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()  # the browser may come before the server does: it waits in the queue
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def opened_boxes(desk) -> list[submission.Submission]:
    """What lies in the boxes, opened with the wave's key as the close does."""
    with desk.store.reading() as db:
        (wave_id,) = db.execute("SELECT wave_id FROM wave").fetchone()
        boxes = [row[0] for row in db.execute("SELECT sealed FROM box").fetchall()]
    private = desk.keys.read(wave_id)["box"]
    return [submission.Submission.from_bytes(ballots.unseal(private, sealed)) for sealed in boxes]


def left_in_latin_letters(text):
    """Words in Latin letters that are nobody's name, and not marked as being in another language."""
    body = UNTRANSLATED.sub("", SPOKEN.sub("", text.partition("<body>")[2]))
    shown = PROPER.sub("", html.unescape(re.sub(r"<[^>]*>", " ", body)))
    return [word for word in re.findall(r"[A-Za-z]{2,}", shown) if word not in {*FIRST, *LAST, *TYPED}]


def _connected(member_ids, visible_from):
    """Standings of members whom the map names from a day on."""
    row = {"standing": "connected", "persistent": False, "in_ties": 2, "out_ties": 2, "betweenness": 0.0}
    place = {"x": 0.0, "y": 0.0, "visible_from": visible_from}
    columns = ["member_id", *row, *place]
    return pd.DataFrame([{"member_id": each, **row, **place} for each in member_ids], columns=columns)


def _code(url):
    return url.partition("#")[2] if url else ""
