"""Nothing but the open routes is reached without a session, and a session ends everywhere at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard import guard, shell
from dashboard.access import POLICIES
from dashboard.guard import Guard, Sessions, content_security_policy, cookie_name, key_of

SECRET = ["/", "/network", "/media/report.pdf", "/_stcore/host-config", "/_stcore/upload_file/a/b", "/auth/login", "/P"]


class Seconds:
    """A clock that a test moves by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def sessions(seconds):
    return Sessions(seconds)


async def echo_headers(request):
    return PlainTextResponse(str([value for name, value in request.headers.items() if name.startswith("x-rapport")]))


async def echo(websocket):
    await websocket.accept()
    try:
        while True:
            await websocket.send_bytes(await websocket.receive_bytes())
    except WebSocketDisconnect:
        pass


async def tell_who(websocket):
    await websocket.accept()
    await websocket.send_text(str(websocket.headers.getlist("x-rapport-session")))


async def offer(websocket):
    """Draw a page on which a file can be downloaded."""
    await websocket.accept()
    await websocket.send_bytes(b"\x0a\x05/media/" + FILE.encode() + b".csvB")
    await websocket.receive_bytes()


FILE = "f0" * 16


def guarded(sessions, *, secure=False, page=echo):
    form = Route("/p", lambda _: PlainTextResponse("the form"), methods=["GET", "POST"])
    dashboard = Mount(
        "/", app=Starlette(routes=[Route("/{path:path}", echo_headers, methods=["GET", "PUT", "DELETE"])])
    )
    return Starlette(
        routes=[form, WebSocketRoute("/_stcore/stream", page), WebSocketRoute("/other", page), dashboard],
        middleware=[Middleware(Guard, sessions=sessions, open_routes=[form], secure=lambda: secure)],
    )


@pytest.fixture
def client(sessions):
    return TestClient(guarded(sessions), follow_redirects=False)


@pytest.fixture
def known(sessions, client):
    """The client of somebody who is signed in."""
    client.cookies.set("rapport", sessions.begin("administrator", None))
    return client


def session_of(client) -> str:
    return client.cookies["rapport"]


@pytest.mark.parametrize("path", SECRET)
def test_a_person_without_a_session_is_sent_to_the_sign_in_page(client, path):
    answer = client.get(path, headers={"accept": "text/html,*/*"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


@pytest.mark.parametrize("path", SECRET)
def test_a_program_without_a_session_is_told_so(client, path):
    assert client.get(path).status_code == 401
    assert client.post(path).status_code == 401
    assert client.put(path).status_code == 401


@pytest.mark.parametrize("role", POLICIES)
def test_the_first_page_of_a_role_is_reached_by_its_own_name_too(sessions, client, role):
    client.cookies.set("rapport", sessions.begin(role, None))
    first, *others = POLICIES[role].pages

    answer = client.get(f"/{first}?wave=2026-Q3&team=Sales+%2F+North")

    assert (answer.status_code, answer.headers["location"]) == (303, "/?wave=2026-Q3&team=Sales+%2F+North")
    assert [client.get(f"/{first}/").headers["location"], client.head(f"/{first}").headers["location"]] == ["/", "/"]
    assert {client.get(f"/{page}").status_code for page in others} == {200}


@pytest.mark.parametrize("path", ["/p", "/p/"])
def test_the_forms_are_open_to_everybody(client, path):
    assert client.get(path).text == "the form"


@pytest.mark.parametrize("path", ["/p/../", "//p", "/p/x", "/pp", "/p%2f..%2fnetwork", "/_stcore/health/../stream"])
def test_nothing_beside_an_open_path_is_open(client, path):
    assert client.get(path).status_code == 401


def test_somebody_who_goes_away_in_the_middle_is_no_failure(sessions):
    async def form(request):
        return PlainTextResponse(await request.body())

    async def gone():
        return {"type": "http.disconnect"}

    async def nobody(_message):
        raise AssertionError("nobody is there to be answered")

    form_route = Route("/p", form, methods=["POST"])
    app = Guard(form_route, sessions=sessions, open_routes=[form_route], secure=bool)
    scope = {"type": "http", "method": "POST", "path": "/p", "headers": [], "query_string": b"", "root_path": ""}
    with ThreadPoolExecutor(1) as pool:  # this thread has a running loop where a browser was driven from it before
        pool.submit(asyncio.run, app(scope, gone, nobody)).result()


def test_with_a_session_the_dashboard_is_reached(known):
    assert known.get("/network").status_code == 200


def test_a_session_is_known_by_a_hash_of_its_id_only(sessions, known):
    session_id = session_of(known)

    assert session_id not in str(vars(sessions))
    assert sessions.find(key_of(session_id)).role == "administrator"
    assert sessions.find(session_id) is None


def test_what_a_client_says_about_itself_is_dropped(known):
    lies = {"X-Rapport-Session": "mallory", "x-rapport-role": "administrator"}

    assert known.get("/", headers=lies).text == str([key_of(session_of(known))])


def test_what_a_client_says_about_itself_over_a_websocket_is_dropped(sessions):
    client = TestClient(guarded(sessions, page=tell_who))
    client.cookies.set("rapport", sessions.begin("administrator", None))

    with client.websocket_connect("/_stcore/stream", headers={"X-Rapport-Session": "mallory"}) as page:
        assert page.receive_text() == str([key_of(session_of(client))])


def test_the_open_routes_do_not_hear_who_somebody_is_from_the_client(sessions):
    route = Route("/open", echo_headers)
    app = Starlette(
        routes=[route],
        middleware=[Middleware(Guard, sessions=sessions, open_routes=[route], secure=lambda: False)],
    )

    assert "mallory" not in TestClient(app).get("/open", headers={"X-Rapport-Session": "mallory"}).text


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/agent/mcp",
        "/_stcore/script-health-check",
        "/_stcore/bidi-components/x/y.js",
        "/component/x/index.html",
        "/app/static/x",
        "/auth/login",
        "/oauth2callback",
        "/a-page-that-is-not",
        "/network/deeper",
        "/NETWORK",
    ],
)
def test_what_is_not_named_is_closed_to_everybody(known, path):
    assert known.get(path).status_code == 404


def test_there_is_one_websocket_and_no_other(known):
    with pytest.raises(WebSocketDisconnect), known.websocket_connect("/other"):
        pass


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("lead", 404), ("steward", 404), ("auditor", 404)]
)
def test_only_whoever_changes_the_roster_uploads_a_file(sessions, client, role, status):
    client.cookies.set("rapport", sessions.begin(role, None))

    assert client.put("/_stcore/upload_file/session/file").status_code == status
    assert client.delete("/_stcore/upload_file/session/file").status_code == status


def test_a_file_is_for_the_session_that_was_offered_it(sessions):
    client = TestClient(guarded(sessions, page=offer))
    mine, theirs = sessions.begin("steward", "m1"), sessions.begin("steward", "m2")
    client.cookies.set("rapport", mine)
    assert client.get(f"/media/{FILE}.csv").status_code == 404

    with client.websocket_connect("/_stcore/stream") as page:
        page.receive_bytes()
        page.send_bytes(b"seen")

    assert client.get(f"/media/{FILE}.csv").status_code == 200
    client.cookies.clear()
    client.cookies.set("rapport", theirs)
    assert client.get(f"/media/{FILE}.csv").status_code == 404


def test_the_front_ends_probes_under_a_pages_path_are_answered_without_an_error(known):
    for path in ("/network/_stcore/health", "/network/_stcore/host-config"):
        answer = known.get(path)

        assert 300 <= answer.status_code < 400
        assert "location" not in answer.headers


def test_a_session_ends_after_eight_hours_whatever_happens(seconds, known):
    for _ in range(8 * 4):
        seconds.now += 900
        assert known.get("/").status_code == 200
    seconds.now += 1

    assert known.get("/").status_code == 401


def test_a_session_ends_half_an_hour_after_the_last_page_was_closed(seconds, known):
    with known.websocket_connect("/_stcore/stream") as page:
        seconds.now += 2 * guard.IDLE
        page.send_bytes(b"still there")
        assert page.receive_bytes() == b"still there"
    seconds.now += guard.IDLE + 1

    assert known.get("/").status_code == 401


def test_the_websocket_is_guarded_too(client):
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/_stcore/stream"):
        pass

    assert refused.value.code == guard.REVOKED


def test_signing_out_sends_the_open_pages_away(sessions, known):
    with known.websocket_connect("/_stcore/stream") as page:
        page.send_bytes(b"hello")
        assert page.receive_bytes() == b"hello"

        sessions.end(key_of(session_of(known)))

        assert redirect_of(page.receive_bytes()) == "/signin"
        with pytest.raises(WebSocketDisconnect) as closed:
            page.receive_bytes()
        assert closed.value.code == guard.REVOKED


def test_ending_all_sessions_of_a_member_leaves_the_others(sessions):
    mine, theirs = sessions.begin("lead", "m1"), sessions.begin("lead", "m2")

    assert sessions.end_all_of("m1") == 1

    assert sessions.find(key_of(mine)) is None
    assert sessions.find(key_of(theirs)) is not None


def test_a_page_left_open_over_the_end_of_its_session_is_sent_to_the_sign_in_page(sessions, known):
    sessions.end(key_of(session_of(known)))

    assert known.get("/_stcore/health").status_code == 200
    assert known.get("/_stcore/host-config").status_code == 200
    with known.websocket_connect("/_stcore/stream") as page:
        assert redirect_of(page.receive_bytes()) == "/signin"


def redirect_of(sent: bytes) -> str:
    message = ForwardMsg()
    message.ParseFromString(sent)
    return message.auth_redirect.url


def test_every_answer_carries_the_safe_headers(known):
    headers = known.get("/").headers

    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_downloads_are_not_kept_by_the_browser(sessions, known):
    sessions.find(key_of(session_of(known))).offered.add(FILE)

    assert known.get(f"/media/{FILE}.pdf").headers["cache-control"] == "no-store"


def test_over_tls_the_cookie_is_bound_to_this_host(sessions):
    client = TestClient(guarded(sessions, secure=True), base_url="https://rapport.example")
    client.cookies.set("rapport", sessions.begin("administrator", None))
    assert client.get("/").status_code == 401

    client.cookies.set("__Host-rapport", sessions.begin("administrator", None))
    answer = client.get("/")

    assert answer.status_code == 200
    assert "max-age" in answer.headers["strict-transport-security"]
    assert cookie_name(secure=True).startswith("__Host-")


def test_the_policy_allows_streamlits_one_inline_script_and_no_other():
    page = "<script>window.a = 1</script><script src='x.js'></script>"

    # printf 'window.a = 1' | openssl dgst -sha256 -binary | base64
    assert f"script-src 'self' 'sha256-{HASH}'" in content_security_policy(page)
    assert content_security_policy(shell.shell()).count("'sha256-") == 1


HASH = "Aif1QuaDxF56ZK3+IyoelKcjrWC+BWl5ZGfcO1AMmA4="
