"""What respondents are promised, tried out."""

import gzip
import re

import pytest
from asking import ask, client, opened_boxes
from conftest import REPOSITORY

from data import roster
from surveys.submission import Submission

FORM_PAGES = ("/p", "/n", "/i", "/p/thanks", "/n/thanks", "/kiosk/p", "/kiosk/p/thanks", "/kiosk/privacy", "/privacy")
FIFTEEN_KILOBYTES = 15 * 1024
PEOPLE = {"member_id", "name", "email", "manager_id", "source", "target", "other_id", "who"}
ANSWERS = {"sealed", "group_box", "nullifier", "value", "text", "favourable", "total", "squares", "reader"}


def every_response(desk):
    """Each kind of page there is, with the request that brings it."""
    pulse, network = ask(desk)["m00"]
    forms = client(desk)
    for path in FORM_PAGES:
        yield f"GET {path}", forms.get(path)
    yield "pulse form", forms.post("/p", data={"code": pulse})
    yield "pulse 422", forms.post("/p", data={"code": pulse, "answers": "1", "T1": "9"})
    yield "pulse 303", forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4"})
    yield "pulse 404", forms.post("/p", data={"code": "nonsense"})
    yield "pulse 413", forms.post("/p", data={"code": "x" * 20_000})
    yield "network form", forms.post("/n", data={"code": network})
    yield "network 422", forms.post("/n", data={"code": network, "answers": "1"})
    sent = {"code": network, "answers": "1", "work": "m01", "map": "yes", "introductions": "no"}
    yield "network 303", forms.post("/n", data=sent)
    yield "own page", forms.post("/n", data={"code": network})
    yield "erase", forms.post("/n", data={"code": network, "erase": "ask"})


def test_no_form_sets_a_cookie(desk):
    answers = dict(every_response(desk))

    assert len(answers) == 19
    assert [name for name, response in answers.items() if "set-cookie" in response.headers] == []


def test_nothing_on_a_form_comes_from_elsewhere(desk):
    for name, response in every_response(desk):
        addresses = re.findall(r'(?:src|href|action|formaction|poster|data)="([^"]*)"', response.text)
        assert all(re.match(r"[/#](?!/)", address) for address in addresses), name
        preview = rf'<meta property="og:image" content="{re.escape(desk.url)}/assets/preview\.png\?\w+">'
        loaded = re.sub(preview, "", response.text, count=1)  # read where a link is pasted; no page loads it
        assert "://" not in loaded.replace("http://www.w3.org", ""), name


def test_nothing_in_our_files_comes_from_elsewhere(desk):
    forms = client(desk)
    for path in ("form.css", "form.js", "introduction.css", "network.css", "network.js"):
        text = forms.get(f"/assets/{path}").text
        assert not re.search(r"//[a-z]|@import|url\((?!fonts/)", re.sub(r"(?m)^\s*//.*$| // .*$", "", text)), path


def test_every_page_is_locked_to_ourselves_and_kept_nowhere(desk):
    for name, response in every_response(desk):
        headers = response.headers
        assert headers["cache-control"] == "no-store", name
        assert headers["referrer-policy"] == "no-referrer", name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ), name


def test_no_page_needs_what_its_policy_forbids(desk):
    for name, response in every_response(desk):
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=", response.text), name


@pytest.mark.parametrize("path", FORM_PAGES)
def test_every_get_gives_the_same_bytes_whoever_asks(desk, path):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)
    first = forms.get(path)
    forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4"})

    again = [forms.get(f"{path}?{query}", headers=headers) for query, headers in (
        ("", {}),
        (f"code={pulse}", {}),
        (pulse, {"cookie": "session=1", "accept-language": "en-GB", "user-agent": "Scanner"}),
        (network, {"referer": f"https://mail.example/{network}"}),
    )]  # fmt: skip

    assert {response.content for response in again} == {first.content}
    assert {tuple(sorted(response.headers.items())) for response in again} == {tuple(sorted(first.headers.items()))}


def test_looking_at_a_link_spends_nothing(desk):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)

    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        for path in (f"/p?code={pulse}&answers=1&T1=1", f"/n?code={network}&answers=1&work_nobody=1&map=yes"):
            forms.request(method, path)
    forms.post("/p", data={"code": pulse})
    forms.post("/n", data={"code": network})

    assert opened_boxes(desk) == []
    assert tables(desk)["network_answer"] == tables(desk)["consent"] == []


def test_a_pulse_is_answered_without_a_script(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)
    box = fields(forms.get("/p").text)
    assert box == {"code": ""}

    form = fields(forms.post("/p", data=box | {"code": pulse.lower()}).text)
    sent = forms.post("/p", data=form | {"T1": "2", "B1": "5", "comment": "By hand."})

    assert forms.get(sent.headers["location"]).status_code == 200
    assert opened_boxes(desk) == [Submission({"T1": 2, "B1": 5}, "By hand.")]


def test_names_are_found_and_sent_without_a_script(desk):
    _, network = ask(desk, people=60)["m00"]
    forms = client(desk)
    form = fields(forms.post("/n", data={"code": network}).text)

    found = forms.post("/n", data=form | {"find": "work", "find-work": "hana sato"}).text
    assert '<input type="checkbox" name="work" value="m47">' in found
    sent = forms.post("/n", data=fields(found) | {"work": "m47", "map": "no", "introductions": "no"})

    assert sent.headers["location"] == "/n/thanks"
    assert tables(desk)["tie"][0][1:4] == ("m00", "m47", "work")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_pulse_form_weighs_less_than_fifteen_kilobytes_in_all(desk, language):
    pulse, _ = ask(desk, questionnaire="quarterly")["m00"]
    forms = client(desk)
    page = forms.post("/p", data={"code": pulse}, headers={"accept-language": language})

    ours = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text)) | {"/assets/fonts/noto-sans-form.woff2"}
    weights = {path: len(gzip.compress(forms.get(path).content)) for path in ours}
    weights["page"] = len(gzip.compress(page.content))

    assert len(weights) == 5
    assert sum(weights.values()) < FIFTEEN_KILOBYTES, weights


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_one_font_of_a_few_kilobytes_suffices_for_a_page_with_latin_letters(desk, language):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)
    css = forms.get("/assets/form.css").text
    (ranges,) = re.findall(r"noto-sans-form\.woff2.*unicode-range: ([^;]+);", css)
    held = {
        chr(point)
        for low, high in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges)
        for point in range(int(low, 16), int(high or low, 16) + 1)
    }

    text = forms.post("/p", data={"code": pulse}, headers={"accept-language": language}).text

    in_latin_letters = re.sub(r'<button[^>]* lang="ar".*?</button>', "", text)
    assert set(in_latin_letters) - {"\n"} <= held


def test_no_table_holds_a_person_and_an_answer(desk):
    ask(desk)
    with desk.store.reading() as db:
        columns = db.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    held = {}
    for table, column in columns:
        held.setdefault(table, set()).add(column)

    assert {"member", "box", "ballot"} <= held.keys()
    allowed = {"setting", "wave"}  # 'name' and 'value' of a setting, the name of a wave: nobody's
    assert [table for table, has in held.items() if has & PEOPLE and has & ANSWERS and table not in allowed] == []


def test_nobody_stands_in_a_table_of_ballots_and_no_answer_in_a_table_of_people(desk):
    """By what is in them, not by what their columns are called: people, texts and codes, looked for in every cell."""
    everyone = ask(desk)
    pulse, network = everyone["m00"]
    forms = client(desk)
    canary_word = "a word that nobody else would write"
    forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4", "comment": canary_word})
    forms.post("/n", data={"code": network, "answers": "1", "work": "m01", "map": "yes", "introductions": "yes"})

    with desk.store.reading() as db:
        people = [value for member in roster.members(db) for value in (member.member_id, member.name, member.email)]
    for table, rows in tables(desk).items():
        cells = " ".join(repr(cell) for row in rows for cell in row)
        assert canary_word not in cells, table
        assert not any(code in cells for codes in everyone.values() for code in codes), table
        if table in ("ballot", "box", "reader", "finding", "moment", "comment"):
            assert not any(re.search(rf"\b{re.escape(person)}\b", cells) for person in people), table


def test_answering_changes_nothing_but_one_box(desk):
    everyone = ask(desk)
    before = tables(desk)

    client(desk).post("/p", data={"code": everyone["m03"][0], "answers": "1", "T1": "4"})

    after = tables(desk)
    assert len(after.pop("box")) == len(before.pop("box")) + 1
    assert after == before


def test_every_box_is_of_one_size_whatever_is_in_it(desk):
    everyone = ask(desk)
    forms = client(desk)
    full = {f"{dimension}{number}": "5" for dimension in "TCLB" for number in (1, 2)}

    forms.post("/p", data={"code": everyone["m00"][0], "answers": "1", "T1": ""})
    forms.post("/p", data={"code": everyone["m01"][0], "answers": "1", "comment": "𝒜" * 500} | full)

    assert {len(sealed) for _, sealed in tables(desk)["box"]} == {4096 + 48}


def test_nothing_about_a_request_is_written_down(desk, caplog, capfd):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)
    with caplog.at_level("DEBUG"):
        forms.post("/p", data={"code": pulse, "answers": "1", "T1": "4", "comment": "a remarkable sentence"})
        forms.post("/p", data={"code": pulse, "answers": "1", "T1": "9", "comment": "a remarkable sentence"})
        forms.post("/n", data={"code": network, "answers": "1", "work": "m01", "map": "yes", "introductions": "yes"})
        forms.post("/p", data={"code": "nonsense-code"})

    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "asyncio")))
    printed = "".join(capfd.readouterr())
    for canary in (pulse, network, "a remarkable sentence", "nonsense-code", "testclient"):
        assert canary not in ours + printed


def test_every_test_that_a_claim_on_security_rests_on_is_there():
    named = set(re.findall(r"`(tests/\w+\.py)`", (REPOSITORY / "SECURITY.md").read_text()))

    assert len(named) > 10
    assert [name for name in named if not (REPOSITORY / name).exists()] == []


def tables(desk):
    """Every row of every table."""
    with desk.store.reading() as db:
        names = [row[0] for row in db.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()]
        return {name: db.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in names}


def fields(text):
    """What a browser would send of a page as it stands: hidden fields, text boxes and whatever is ticked."""
    sent = {}
    for tag in re.findall(r"<input [^>]*>", text):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if not re.search("radio|checkbox", tag) or " checked" in tag:
            sent[name[1]] = value[1] if value else ""
    return sent
