"""A word to the channels where many read along: what stands in it, where it goes, and that no address shows itself."""

import io
import json
import logging
import re
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asking import WAVE, ask
from test_mail import change, typed

from dashboard import settings
from data import audit
from data.records import Problem
from surveys import announcing, closing
from surveys.language import ENGLISH, languages

pytestmark = pytest.mark.usefixtures("counting_here")

TOKEN = "nightjar-T1JJ3T3L2"  # noqa: S105  made up


@dataclass
class Place:
    """A server that takes messages, or refuses them, at addresses of which some part is secret."""

    status: int = 200
    taken: list[dict] = field(default_factory=list)
    asked_for: list[str] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def place():
    made = Place()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            made.asked_for.append(self.path)
            if made.status == 200:
                made.taken.append(json.loads(body))
            self.send_response(made.status)
            self.end_headers()
            self.wfile.write(f"said about {self.path}".encode())

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"json://127.0.0.1:{server.server_port}/{TOKEN}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def asked(desk, clock):
    """An open wave, at a desk whose address others can reach."""
    clock.now = datetime(2026, 9, 7, 10)
    ask(desk)
    return replace(desk, url="https://rapport.example.org")


@pytest.fixture
def told(place, monkeypatch):
    """The place, as the command finds it."""
    monkeypatch.setenv("RAPPORT_MESSAGES", place.address)
    return place


def announce(desk, capsys, *words):
    return typed(desk, capsys, "wave", "announce", WAVE, *words)


def test_a_channel_is_told_who_asks_until_when_and_where_it_stands_how_answers_are_kept(asked, told, capsys):
    assert announce(asked, capsys) == (0, "json: posted.\n")

    [message] = told.taken
    assert message["title"] == "Larkfield asks how working together is going"
    assert message["message"].splitlines() == [
        "Wave 2026-Q4 is open until 11 December, 18:00 UTC.",
        "Everybody asked has links of their own, by mail or on paper; none stands here.",
        "Whoever has a link can answer with it: please pass on none of yours.",
        "No list says who has answered without their name.",
        "How answers are kept: https://rapport.example.org/privacy",
    ]


def test_a_closed_wave_is_told_with_what_opens_its_results(asked, told, capsys):
    closing.close_wave(asked, WAVE)

    assert announce(asked, capsys)[0] == 0

    [message] = told.taken
    assert message["title"] == "Larkfield: the results are here"
    assert "Open the link without your name that you were sent" in message["message"]


def test_no_link_of_anybody_no_name_and_no_picture_from_elsewhere_stands_in_a_message(asked, told, capsys):
    announce(asked, capsys)
    closing.close_wave(replace(asked), WAVE)
    announce(asked, capsys)

    assert len(told.taken) == 2
    said = json.dumps(told.taken)
    assert set(re.findall(r"https?://[^\s\"\\]+", said)) == {"https://rapport.example.org/privacy"}
    assert not re.search(r"Ana|Ruiz|m0\d?@|#", said)


def test_a_wave_about_names_alone_says_nothing_of_answers_without_one(desk, clock):
    clock.now = datetime(2026, 9, 7, 10)
    ask(desk, asks="network")

    _, _, text = announcing.announcement(desk, WAVE, [ENGLISH])

    assert "without" not in text


@pytest.mark.parametrize("language", languages().values(), ids=languages())
def test_it_is_said_in_every_language_and_that_nobody_has_checked_the_translation(asked, capsys, language):
    status, printed = announce(asked, capsys, "--preview", "--language", language.code)

    assert status == 0
    assert language.say("Whoever has a link can answer with it: please pass on none of yours.") in printed
    assert printed.rstrip().endswith(language.unreviewed or "/privacy")
    assert "{" not in printed


def test_two_languages_stand_one_below_the_other(asked, told, capsys):
    announce(asked, capsys, "--language", "de", "--language", "fr")

    [message] = told.taken
    assert message["title"] == "Larkfield fragt, wie die Zusammenarbeit läuft"
    german, french = message["message"].split("\n\n")
    assert german.startswith("Die Runde 2026-Q4")
    assert french.startswith("Larkfield demande comment va le travail ensemble\nLa vague 2026-Q4")


def test_a_preview_posts_nothing_keeps_nothing_and_needs_no_channel_and_no_library(asked, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)

    status, printed = announce(asked, capsys, "--preview")

    assert (status, printed.splitlines()[0]) == (0, "Larkfield asks how working together is going")
    assert noted(asked) == []


def noted(desk):
    with desk.store.reading() as db:
        log = audit.entries(db)
    return sorted(log[log["action"] == "wave announce"]["detail"])


def test_a_channel_gets_each_message_once_unless_it_is_asked_for_again(asked, told, capsys):
    announce(asked, capsys)

    assert announce(asked, capsys) == (
        0, f"Wave {WAVE}: every channel has this message; --again posts it once more.\n",
    )  # fmt: skip
    assert len(told.taken) == 1
    assert announce(asked, capsys, "--again") == (0, "json: posted.\n")
    closing.close_wave(asked, WAVE)
    assert announce(asked, capsys) == (0, "json: posted.\n")
    assert len(told.taken) == 3
    assert noted(asked) == ["closed: json", "open: json", "open: json"]


def test_those_reached_are_said_and_the_same_command_tries_the_others_again(asked, told, capsys, monkeypatch):
    nobody = "jsons://127.0.0.1:9/" + TOKEN
    monkeypatch.setenv("RAPPORT_MESSAGES", f"{nobody}\n{told.address} {told.address}2")

    assert announce(asked, capsys) == (
        2, "json: posted.\njson 2: posted.\njsons: not reached. The same command tries again.\n",
    )  # fmt: skip
    assert announce(asked, capsys) == (2, "jsons: not reached. The same command tries again.\n")
    assert told.asked_for == [f"/{TOKEN}", f"/{TOKEN}2"]
    assert noted(asked) == ["open: json", "open: json 2"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_channel_that_refuses_is_not_reached(asked, told, capsys, status):
    told.status = status

    assert announce(asked, capsys) == (2, "json: not reached. The same command tries again.\n")
    assert noted(asked) == []


@pytest.mark.parametrize("others", ["", f" slack://{TOKEN}", f" jsons://127.0.0.1:9/{TOKEN}"])
def test_no_address_of_a_channel_stands_in_what_is_printed_logged_or_kept(asked, told, capfd, monkeypatch, others):
    monkeypatch.setenv("RAPPORT_MESSAGES", told.address + others)
    with told_all() as logged:
        _, printed = announce(asked, capfd)
        told.status = 500
        _, again = announce(asked, capfd, "--again")
    held = repr(settings.in_force())
    asked.intake.close()
    asked.store.close()
    kept = b"".join(file.read_bytes() for file in asked.store.path.parent.rglob("*") if file.is_file())

    assert "nightjar" in "".join(told.asked_for) or "slack" in others
    assert b"2026-Q4" in kept
    assert "nightjar" not in printed + again + held + logged.getvalue()
    assert b"nightjar" not in kept


@contextmanager
def told_all():
    """All that any library says to a log that asks for everything."""
    said, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(said), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.setLevel(level)
    root.removeHandler(handler)


def test_what_the_library_does_not_know_stops_before_anything_is_posted_and_is_not_repeated(
    asked, told, capsys, monkeypatch
):
    monkeypatch.setenv("RAPPORT_MESSAGES", f"{told.address} nightjar://{TOKEN}")

    status, printed = announce(asked, capsys)

    assert (status, told.asked_for) == (2, [])
    assert printed == (
        "Channel 2 of 2 in RAPPORT_MESSAGES is no address that apprise knows; expected one such as "
        "slack://TokenA/TokenB/TokenC.\n"
    )


@pytest.mark.parametrize("value", ["", "  ", "#general", "slack:nightjar", "slack://nightjar and more", "1://nightjar"])
def test_what_is_no_channel_is_one_sentence_that_does_not_repeat_it(value):
    with pytest.raises(Problem, match="What RAPPORT_MESSAGES holds are no channels; expected addresses") as problem:
        settings.read(environment={"HOME": "/home/ana", "RAPPORT_MESSAGES": value})

    assert "nightjar" not in str(problem.value)


@pytest.mark.usefixtures("told")
def test_without_the_library_one_sentence_says_how_to_install_it(asked, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "apprise", None)

    assert announce(asked, capsys) == (
        2,
        (
            "Announcing needs the extra 'messages', which is not installed: expected apprise (pip install "
            "'rapport[messages]').\n"
        ),
    )


def test_without_channels_nothing_is_announced(asked, capsys):
    assert announce(asked, capsys) == (
        2, "Wave announce: RAPPORT_MESSAGES is not set; expected channels, such as slack://….\n",
    )  # fmt: skip


def test_nothing_is_announced_of_a_made_up_company_but_it_can_be_looked_at(asked, told, capsys):
    change(asked, "INSERT OR REPLACE INTO setting VALUES ('made_up', 'yes')")

    status, printed = announce(asked, capsys)

    assert (status, told.asked_for) == (2, [])
    assert "This company is made up" in printed
    assert announce(asked, capsys, "--preview")[0] == 0


def test_an_address_that_only_this_machine_can_reach_is_announced_to_nobody(asked, told, capsys):
    status, printed = announce(replace(asked, url="http://127.0.0.1:8501"), capsys)

    assert (status, told.asked_for) == (2, [])
    assert "which only this machine can reach; expected RAPPORT_URL to be set" in printed


def test_a_wave_that_has_reached_its_end_is_announced_as_neither_open_nor_closed(asked, told, clock, capsys):
    clock.now = datetime(2026, 12, 11, 18)

    status, printed = announce(asked, capsys)

    assert (status, told.asked_for) == (2, [])
    assert "takes no more answers and has no results yet; expected it open or closed" in printed


def test_results_from_elsewhere_that_no_link_opens_are_announced_to_nobody(asked, told, capsys):
    closing.close_wave(asked, WAVE)
    change(asked, "DELETE FROM reader")
    change(asked, "DELETE FROM network_link")

    status, printed = announce(asked, capsys)

    assert (status, told.asked_for) == (2, [])
    assert "has no links that open anything any more" in printed


def test_slack_and_teams_are_kinds_that_the_library_knows():
    from dashboard.channels import channels

    found = channels(
        [
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            "workflows://example.org/workflow/signature",
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FR",
        ]
    )

    assert [channel.name for channel in found] == ["slack", "workflows", "slack 2"]
    assert "T1JJ3T3L2" not in repr(found)
