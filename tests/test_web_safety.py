"""What the web lets nobody do: headers on every answer, nobody locked out, no line in a log, links that stay whole."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

import httpx2
import pytest
from asking import CLOSES, ask, client
from conftest import REPOSITORY, full
from served import served
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from test_promises import FORM_PAGES

from dashboard import context, guard, patience, shell, streamlit_settings, tokens
from dashboard.addresses import API
from dashboard.api import OPENAPI
from surveys import limits

ON_EVERY_ANSWER = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
FILES = ("/assets/form.css", "/favicon.ico")
FORMS = (*FORM_PAGES, *FILES)


# ------------------------------------------------------------------------------------------------------------- headers


def answers(desk, clock, http):
    """Ask for every kind of answer there is: (what was asked, the answer)."""
    everyone = ask(desk)
    pulse, network = everyone["m00"]
    page = {"accept": "text/html"}
    cookie = f"{guard.cookie_name(secure=context.secure())}={context.sessions.begin('administrator', None)}"
    known = {"headers": {"cookie": cookie}}

    def of(method, path, **more):
        answer = http.request(method, path, **more)
        return f"{method} {path} {answer.status_code}", answer

    for path in (*FORMS, "/signin"):
        yield of("GET", path)
        yield of("HEAD", path)
        yield of("DELETE", path)
        yield of("OPTIONS", path)
    yield of("GET", "/assets/nothing")
    yield of("GET", "/nothing")
    yield of("GET", "/", headers=page)
    yield of("GET", "/trends/", headers=page)
    for path in ("/_stcore/health", "/_stcore/metrics", "/_stcore/host-config", "/_stcore/agent/openapi.json"):
        yield of("GET", path)
        yield of("GET", path, **known)
    for path in ("/", "/trends", "/static/nothing.js", streamlits_own_script(), "/media/x", "/component/x/y", "//x"):
        yield of("GET", path, **known)
    yield of("GET", "/trends/_stcore/health", **known)
    yield of("POST", "/_stcore/upload_file/x/y", **known)
    yield of("GET", "/%2e%2e/%2e%2e/etc/passwd", **known)
    yield of("GET", "/media/..%5c..%5cx", **known)
    yield of("POST", "/p", data={"code": pulse})
    yield of("POST", "/p", data={"code": pulse, "answers": "1", "T1": "4"})
    yield of("POST", "/p", data={"code": pulse, "answers": "1", "T1": "9"})
    yield of("POST", "/p", data={"code": pulse, "comment": "x" * 20_000})
    yield of("POST", "/p", files={"code": ("a", b"x")})
    yield of("POST", "/n", data={"code": network})
    yield of("POST", "/n", data={"code": network, "answers": "1"})
    yield of("POST", "/i", data={"code": network, "answer": "yes"})
    yield of("POST", "/signin", data={"code": "nonsense", "enter": "1"})
    yield of("POST", "/signin", data={"code": "x" * 5_000})
    yield of("POST", "/signin", headers={"sec-fetch-site": "cross-site"})
    for method, path, more in (
        ("GET", "/signin/with", {}),
        ("GET", "/signin/back", {"params": {"code": "x", "state": "y"}}),
        ("POST", "/signin/password", {"data": {"name": "ana", "password": "x", "digits": "0"}}),
        ("GET", "/password", known),
        ("POST", "/password", {**known, "data": {"digits": "0"}}),
    ):
        yield of(method, path, **more)
    yield of("POST", "/auth/logout")
    token = {"Authorization": f"Bearer {tokens.new(desk, 'x', role='administrator', member_id=None)[0]}"}
    for path in (API, OPENAPI, f"{API}/waves"):
        yield of("GET", path)
        yield of("HEAD", path, headers=token)
        yield of("OPTIONS", path, headers=token)
    for path in (f"{API}/findings", f"{API}/findings?wave=x", f"{API}/waves?x=y"):
        yield of("GET", path, headers=token)
    for _ in range(limits.WRONG_CODES):
        http.post("/p", data={"code": "nonsense"})
    yield of("POST", "/p", data={"code": "nonsense"})
    clock.now += timedelta(minutes=1)
    yield of("POST", "/p", data={"code": "nonsense"})
    desk.intake.close()
    yield of("POST", "/p", data={"code": pulse, "answers": "1", "T1": "4"})
    clock.now = CLOSES
    yield of("POST", "/p", data={"code": pulse, "answers": "1", "T1": "4"})


def streamlits_own_script() -> str:
    return "/static/js/" + shell.shell().partition("/static/js/")[2].partition('"')[0]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8501", "https://rapport.example"])
def test_every_answer_of_every_route_carries_every_header(desk, clock, url):
    clock.now = datetime(2026, 10, 1, 8)
    with served(replace(desk, url=url)) as address, httpx2.Client(base_url=address) as http:
        told = dict(answers(desk, clock, http))

    assert {answer.status_code for answer in told.values()} >= {
        200, 300, 303, 400, 401, 403, 404, 405, 410, 413, 422, 429, 503,
    }  # fmt: skip
    for asked, answer in told.items():
        headers = answer.headers
        assert {name: headers.get(name) for name in ON_EVERY_ANSWER} == ON_EVERY_ANSWER, asked
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'"), asked
        assert "unsafe" not in policy["script-src"], asked
        assert policy["default-src"] in ("'none'", "'self'"), asked
        assert ("strict-transport-security" in headers) == url.startswith("https"), asked
        assert "server" not in headers, asked
        method, path, status = asked.split()
        a_file_for_everybody = path in (*FILES, streamlits_own_script()) and status == "200"
        assert headers["cache-control"].startswith("public" if a_file_for_everybody else "no-"), asked
        if path in FORMS:
            assert "set-cookie" not in headers, asked
            assert policy["default-src"] == "'none'" or method in ("DELETE", "OPTIONS"), asked


@pytest.mark.parametrize(
    ("name", "loose", "ours"),
    [
        ("client.showErrorDetails", "full", "none"),
        ("server.maxUploadSize", 200, 2),
        ("browser.gatherUsageStats", True, False),
        ("server.enableStaticServing", True, False),
        ("server.enableAgentApi", True, False),
        ("server.enableXsrfProtection", False, True),
        ("server.enableCORS", False, True),
        ("logger.level", "debug", "warning"),
    ],
)
def test_what_protects_people_holds_whatever_a_file_or_the_environment_says(name, loose, ours):
    config.set_option(name, loose, "somebody")

    streamlit_settings.configure()

    assert config.get_option(name) == ours


# -------------------------------------------------------------------------------------------------------------- limits


def test_hundreds_of_people_behind_one_address_all_get_in(desk):
    everyone = ask(desk, people=500 if os.environ.get("RAPPORT_FULL") == "1" else 120, asks="pulse")
    forms = client(desk)

    statuses = [forms.post("/p", data={"code": pulse}).status_code for pulse, _ in everyone.values()]

    assert statuses == [200] * len(everyone)


def test_a_right_code_is_never_refused_because_of_somebody_elses_wrong_ones(desk):
    everyone = ask(desk)
    forms = client(desk)
    wrong = [forms.post(form, data={"code": "nonsense"}).status_code for form in ("/p", "/n") for _ in range(16)]
    assert wrong == [404] * 30 + [429] * 2

    for pulse, network in everyone.values():
        assert forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4"}).status_code == 303
        assert forms.post("/n", data={"code": network}).status_code == 200


def test_nobody_guesses_on_by_naming_another_address_in_a_header(desk):
    ask(desk)
    forms = client(desk)

    statuses = {
        forms.post("/p", data={"code": "nonsense"}, headers={name: f"192.0.2.{n}"}).status_code
        for n in range(16)
        for name in ("x-forwarded-for", "x-real-ip", "forwarded")
    }

    assert statuses == {404, 429}


def test_an_address_is_forgotten_with_its_minute_and_never_kept_readable(clock):
    kept = limits.Limits(clock)
    kept.too_many_wrong_codes("192.0.2.7")
    first = dict(vars(kept))
    clock.now += timedelta(minutes=1)
    kept.too_many_wrong_codes("192.0.2.7")

    assert "192.0.2.7" not in repr(first) + repr(vars(kept))
    assert not first["_counts"].keys() & vars(kept)["_counts"].keys()
    assert first["_key"] != vars(kept)["_key"]


def test_one_network_of_ipv6_addresses_is_one_address(clock):
    kept = limits.Limits(clock)

    refused = [kept.too_many_wrong_codes(f"2001:db8:1:2::{n:x}") for n in range(31)]

    assert refused == [False] * 30 + [True]
    assert not kept.too_many_wrong_codes("2001:db8:1:3::1")


def test_one_network_link_cannot_write_without_end_and_can_go_on_looking_for_names(desk):
    everyone = ask(desk, people=60)
    (_, network), (_, other) = everyone["m00"], everyone["m01"]
    forms = client(desk)
    choice = {"consent": "1", "map": "no", "introductions": "no"}

    assert [forms.post("/n", data={"code": network} | choice).status_code for _ in range(21)] == [200] * 20 + [429]

    looking = {"code": network, "answers": "1", "find": "work", "find-work": "ana"}
    assert forms.post("/n", data=looking).status_code == 200
    assert forms.post("/n", data={"code": other} | choice).status_code == 200


# -------------------------------------------------------------------------------------------- those who do not say all


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /p HTTP/1.1\r\nHost: x\r\n",
        b"POST /signin HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ncode=",
        b"POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ncode=\r\n",
        b"POST /_stcore/upload_file/x/y HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx",
    ],
)
def test_a_request_that_never_ends_is_cut_off(desk, monkeypatch, begun):
    ask(desk)
    monkeypatch.setattr(patience, "PATIENCE", 0.3)
    with served(desk) as address, connected(address) as line:
        line.sendall(begun)
        while line.recv(4096):  # an answer that came before the end of the request, and then nothing for ever
            pass


def test_a_slow_client_that_says_all_is_answered_and_may_ask_again(desk, monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE", 3600)
    with served(desk) as address, connected(address) as line:
        for _ in range(2):
            for part in (b"GET /_stcore/health HT", b"TP/1.1\r\nHo", b"st: x\r\n", b"\r\n"):
                line.sendall(part)
            answer = b""
            while not answer.endswith(b"ok"):
                answer += line.recv(4096)

            assert answer.startswith(b"HTTP/1.1 200")


def connected(address: str) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])))
    line.settimeout(60)
    return line


# ----------------------------------------------------------------------------------------------- opening spends nothing


def test_opening_links_however_often_changes_nothing_in_the_database(desk):
    everyone = list(ask(desk).values())
    forms = client(desk)
    forms.post("/p", data={"code": everyone[0][0], "answers": "1", "T1": "4"})
    before, log = everything(desk), desk.store.path.with_name(desk.store.path.name + ".wal")
    size = log.stat().st_size

    for n in range(10_000 if full else 300):
        pulse, network = everyone[n % len(everyone)]
        path, code = (("/p", pulse), ("/n", network))[n % 2]
        method = ("GET", "HEAD", "OPTIONS", "POST", "POST")[n % 5]
        answer = forms.request(method, f"{path}?code={code}", data={"code": code} if method == "POST" else None)
        assert answer.status_code == (405 if method == "OPTIONS" else 200)

    assert everything(desk) == before
    assert log.stat().st_size == size


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_link_is_answered_with_the_same_bytes_whatever_became_of_it(desk, method):
    everyone = ask(desk)
    (unused, network), (used, _) = everyone["m00"], everyone["m01"]
    with served(desk) as address:
        httpx2.post(f"{address}/p", data={"code": used, "answers": "1", "T1": "4"})

        told = {
            raw(address, method, path, code)
            for code in (unused, used, network, "0" * 26, "nonsense", "")
            for path in ("/p", "/n")
        }

    assert len(told) == (2 if method == "GET" else 1)


def test_opening_the_form_of_a_used_link_gives_the_same_bytes_as_before(desk):
    everyone = ask(desk, teams=("Engineering",))
    (pulse, _), (other, _) = everyone["m00"], everyone["m01"]
    with served(desk) as address:
        before = httpx2.post(f"{address}/p", data={"code": pulse})
        httpx2.post(f"{address}/p", data={"code": pulse, "answers": "1", "T1": "4", "comment": "A word."})
        after = httpx2.post(f"{address}/p", data={"code": pulse})
        unused = httpx2.post(f"{address}/p", data={"code": other})

    assert without_date(after) == without_date(before)
    assert after.content == before.content
    assert nobodys(unused.text, other) == nobodys(after.text, pulse)


def everything(desk):
    """Every row of every table, in the order in which they lie."""
    with desk.store.reading() as db:
        names = [row[0] for row in db.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()]
        return {name: db.execute(f"SELECT rowid, * FROM {name} ORDER BY rowid").fetchall() for name in names}


def raw(address, method, path, code) -> bytes:
    """The answer as it comes over the wire, without the present second."""
    asked = (
        f"{method} {path}?{code} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nReferer: https://mail.example/{code}\r\n"
    )
    with connected(address) as line:
        line.sendall(f"{asked}Cookie: a={code}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    return re.sub(rb"date: [^\r]*\r\n", b"", answer)


def without_date(answer):
    return [pair for pair in answer.headers.multi_items() if pair[0] != "date"]


def nobodys(text, code):
    return re.sub(r'data-draft="[0-9a-f]+"', "", text.replace(code, ""))


# ----------------------------------------------------------------------------------------------------- nothing in a log

LOUDEST = """
import logging
logging.basicConfig(level=1, format="%(levelname)s %(name)s %(message)s")
from dashboard.__main__ import main
main()
"""


def test_no_log_at_any_level_holds_a_request_or_anything_that_was_sent(desk, tmp_path):
    pulse, network = ask(desk)["m00"]
    with desk.store.writing() as db:
        db.execute("UPDATE wave SET closes = TIMESTAMP '2126-12-11 18:00:00'")  # the other process has the real clock
    desk.close()
    with loud_server(desk.store.path, tmp_path) as (address, link, written):
        with httpx2.Client(base_url=address, headers={"user-agent": "canary-agent"}) as http:
            http.get(f"/canary-path/{pulse}?canary-query={network}", headers={"accept": "text/html"})
            http.get(f"/p?{pulse}")
            answer = {"code": pulse, "answers": "1", "T1": "4", "comment": "canary-comment"}
            assert http.post("/p", data=answer).status_code == 303
            assert http.post("/p", data=answer | {"T1": "9"}).status_code == 422
            assert http.post("/p", files={"code": ("canary-path", "canary-comment" * 9)}).status_code == 400
            assert http.post("/p", data={"code": "canary-code"}).status_code == 404
            sent = {"code": network, "answers": "1", "work": "m01", "map": "yes", "introductions": "yes"}
            assert http.post("/n", data=sent).status_code == 303
            assert http.post("/signin", data={"code": link, "enter": "1"}).status_code == 303
            (session,) = http.cookies.values()
            bearer = {"Authorization": "Bearer canary-token"}
            assert http.get(f"{API}/findings?team=canary-query", headers=bearer).status_code == 401
            http.get("/canary-path", headers={"accept": "text/html"})
            assert http.get("/trends?canary-query", headers={"accept": "text/html"}).status_code == 200
            assert streamed(address, f"rapport={session}")
        with connected(address) as line:
            line.sendall(b"GET /canary-path HTTP/1.1\r\nnonsense\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 400")
    text = written.read_text()

    assert "DEBUG" in text  # the log is as loud as it can be, so what follows means something
    sent = "canary-path canary-query canary-agent canary-comment canary-code canary-token m01".split()
    for canary in (pulse, network, link, session, *sent):
        assert canary not in text, canary
    assert not re.search(r"\b(GET|POST|HEAD)\b|/p\b|/signin\b|127\.0\.0\.1:\d+ - ", text)


@contextmanager
def loud_server(database, folder):
    """`rapport serve` in a process of its own and as loud as can be: its address, a code to sign in, the log."""
    written = folder / "log"
    loud = {"STREAMLIT_LOGGER_LEVEL": "debug", "PYTHONASYNCIODEBUG": "1"}
    with written.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", LOUDEST, "serve", "--port", "0", "--db", str(database)],
            cwd=REPOSITORY, env=os.environ | loud, stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        try:
            banner = list(takewhile(lambda line: not line.startswith("Stop"), process.stdout))
            address, link = banner[0].split()[-1], banner[1].partition("#")[2].strip()
            yield address, link, written
        finally:
            process.send_signal(signal.SIGTERM)
            log.write(process.communicate(timeout=60)[0])  # what was printed after the banner counts as a log too


def streamed(address, cookie) -> bytes:
    """The first word that Streamlit says to a page over its websocket."""
    from websockets.sync.client import connect

    url = f"ws{address.removeprefix('http')}/_stcore/stream"
    with connect(url, additional_headers={"Cookie": cookie}, subprotocols=["streamlit"], origin=address) as page:
        page.send(BackMsg(rerun_script=ClientState(query_string="canary-query")).SerializeToString())
        return page.recv(timeout=60)
