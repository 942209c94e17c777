"""The forms in five languages: every sentence there in each, the reader's choice carried along, and kept nowhere."""

import ast
import html
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import jinja2
import pytest
from asking import CLOSES, WAVE, ask, client, codes_of, left_in_latin_letters, opened_boxes
from jinja2 import nodes
from test_promises import fields, tables

import surveys
from data import ties, waves
from surveys import introduction_link, network_link, opening, pages, submission
from surveys.language import ENGLISH, FOLDER, Sentence, languages, understood
from surveys.pages import House
from surveys.questionnaire import builtin
from surveys.submission import Submission
from surveys.terms import Kept
from surveys.translation import of_the_bank

FOREIGN = [language for language in languages().values() if language != ENGLISH]
BY_CODE = {"argvalues": FOREIGN, "ids": [language.code for language in FOREIGN]}
SOURCE = Path(surveys.__file__).parent
PLACEHOLDER = re.compile(r"\{\w*\}")
ARABIC = {"accept-language": "ar"}
CONSENT = {"map": "yes", "introductions": "no"}


# ------------------------------------------------------------------------------------------------------ the catalogues


def said_in_templates():
    """Every sentence that a template says by name."""
    for file in (SOURCE / "templates").glob("*.html"):
        tree = jinja2.Environment(autoescape=True).parse(file.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "say":
                yield from _sentences(call.args[0])


def _sentences(said):
    """Those that an expression can come to: 'a if x else b' has two."""
    if isinstance(said, nodes.Const):
        yield said.value
    elif isinstance(said, nodes.CondExpr):
        yield from _sentences(said.expr1)
        yield from _sentences(said.expr2)


def said_in_python():
    """Every sentence that a module says, or makes to be said."""
    for file in SOURCE.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                name = getattr(call.func, "id", getattr(call.func, "attr", ""))
                written = {"say": call.args[:1], "Sentence": call.args[:1], "Trouble": call.args[1:2]}.get(name, [])
                if name == "NoticePage":
                    written = [
                        each.value for each in call.keywords if each.arg in ("title", "happened", "safe", "todo")
                    ]
                yield from (each.value for each in written if isinstance(each, ast.Constant))
    tables = (
        submission.UNDECIDED,
        network_link.SAID,
        network_link.STANDINGS,
        network_link.COUNTED,
        network_link.HOW_MANY,
        network_link.HOLDS,
        introduction_link.SAID,
    )
    yield from (sentence for table in tables for sentence in table.values())
    yield from (sentence for question in network_link.TEXTS.values() for sentence in question if sentence)
    yield from (*submission.OFTEN, *pages.MINUTES, *(Kept(networks=number).nth for number in range(1, 5)))
    yield from ("clearly down", "probably down", "held steady", "probably up", "clearly up")


def written_in_python():
    """Every text in a module, said or not."""
    for file in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@pytest.mark.parametrize("language", **BY_CODE)
def test_every_sentence_that_the_forms_say_is_there_in_every_language(language):
    said = {*said_in_templates(), *said_in_python()}

    assert len(said) > 200
    assert said - language.sentences.keys() == set()


@pytest.mark.parametrize("language", **BY_CODE)
def test_no_language_has_a_sentence_that_is_said_nowhere(language):
    written = {*said_in_templates(), *said_in_python(), *written_in_python()}

    assert language.sentences.keys() - written == set()


@pytest.mark.parametrize("language", **BY_CODE)
def test_what_is_filled_in_is_filled_in_once_in_every_language(language):
    for english, said in language.sentences.items():
        assert Counter(PLACEHOLDER.findall(said)) == Counter(PLACEHOLDER.findall(english)), said


@pytest.mark.parametrize("language", **BY_CODE)
def test_no_language_says_a_sentence_in_english_or_breaks_a_page(language):
    same = {english for english, said in language.sentences.items() if said == english}

    assert same <= {"Name", "No", "{did}, {often}"}
    assert not any(re.search(r'["<>&\\]|\s\s', said) for said in language.sentences.values())
    assert "" not in language.sentences.values()


@pytest.mark.parametrize("language", languages().values(), ids=languages())
def test_no_chapter_of_a_language_says_a_sentence_another_way(language):
    lines = (FOLDER / f"{language.code}.toml").read_text(encoding="utf-8").splitlines()
    sentences = [line.partition('" = "')[0] for line in lines if line.startswith('"')]

    assert len(sentences) == len(set(sentences)) == len(language.sentences)


@pytest.mark.parametrize("language", languages().values(), ids=languages())
def test_every_day_of_the_year_has_a_name_of_its_own(language):
    year = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]

    assert len({language.date(day, 2026) for day in year}) == 365
    assert all("2026" in language.date(day, 2027) for day in year)


def test_days_are_named_as_each_language_names_them():
    days = (date(2026, 12, 11), date(2027, 1, 1))

    assert {code: [language.date(day, 2026) for day in days] for code, language in languages().items()} == {
        "ar": ["11 ديسمبر", "1 يناير 2027"],
        "de": ["11. Dezember", "1. Januar 2027"],
        "en": ["11 December", "1 January 2027"],
        "es": ["11 de diciembre", "1 de enero de 2027"],
        "fr": ["11 décembre", "1er janvier 2027"],
    }


def test_a_language_and_the_bank_in_it_call_themselves_alike():
    for language in FOREIGN:
        bank = of_the_bank(language.code)
        assert (language.name, language.direction) == (bank.name, bank.direction)
        assert (language.reviewed, bool(language.unreviewed)) == (False, True)


def test_a_sentence_that_a_language_lacks_is_said_in_english():
    lacking = replace(languages()["de"], sentences={})

    assert lacking.say(Sentence("{done} of {all}", done=1, all=8)) == "1 of 8"


def test_a_sentence_is_filled_in_anew_in_another_language():
    sentence = Sentence("The comment has {written} characters; {fit} fit. Please shorten it.", written=501, fit=500)

    assert sentence == "The comment has 501 characters; 500 fit. Please shorten it."
    assert languages()["fr"].say(sentence).startswith("Le commentaire compte 501 caractères")


def test_what_is_filled_in_is_escaped_and_never_filled_in_again():
    house = House(language=languages()["de"])

    said = house.say("Nobody else fits ‘{typed}’. Try the beginning of a first or last name.", typed="<b>{typed}")

    assert said.startswith("Auf „&lt;b&gt;{typed}“ passt sonst niemand.")


def test_what_is_filled_in_keeps_its_own_direction_where_one_reads_from_right_to_left():
    said = languages()["ar"].say("Wave {wave}.", wave="2026-Q4")

    assert said == "الجولة \N{FIRST STRONG ISOLATE}2026-Q4\N{POP DIRECTIONAL ISOLATE}."


# ------------------------------------------------------------------------------------------------ which one it opens in


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH", "de"),
        ("FR-ca,en;q=0.5", "fr"),
        ("it, nl;q=0.9, es;q=0.2", "es"),
        ("en;q=0.4, ar;q=0.8", "ar"),
        ("de;q=0, en", "en"),
        ("*", "en"),
        ("it", "en"),
        ("de;q=, ;;;, ,;q=1", "de"),
        ("de;q=nonsense, fr;q=0.1", "fr"),
        ("fr;q=nan", "en"),
        ("\x00\xff" * 99, "en"),
    ],
)
def test_a_form_opens_in_the_language_that_a_browser_likes_best(accepted, expected):
    assert understood(accepted).code == expected


def test_a_page_says_in_which_language_and_direction_it_is(desk):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)

    for language in languages().values():
        accepted = {"accept-language": language.code}
        for response in (
            *(forms.get(path, headers=accepted) for path in ("/p", "/n", "/p/thanks", "/n/thanks", "/privacy")),
            *(
                forms.post(path, data={"code": code}, headers=accepted)
                for path, code in (("/p", pulse), ("/n", network))
            ),
            forms.post("/p", data={"code": "nonsense"}, headers=accepted),
            forms.post("/p", data={"code": "x" * 20_000}, headers=accepted),
        ):
            assert f'<html lang="{language.code}" dir="{language.direction}">' in response.text
            assert response.headers["vary"] == "Accept-Language"
            assert (language.unreviewed or "\x00") in response.text or language == ENGLISH


def test_every_get_gives_the_same_bytes_to_all_whose_browsers_like_the_same_language(desk):
    everyone = ask(desk)
    (used, network), (unused, _) = everyone["m00"], everyone["m01"]
    forms = client(desk)
    forms.post("/p", data={"code": used, "answers": "1", "T1": "4", "language": "ar"})

    for path, language in product(("/p", "/n", "/p/thanks", "/n/thanks", "/privacy"), ("de", "ar")):
        told = {
            forms.get(f"{path}?{query}", headers={"accept-language": language}).content
            for query in ("", used, unused, network, f"code={used}", "nonsense", "language=xx")
        }
        assert len(told) == 1


def test_statements_are_asked_in_the_language_of_the_page_with_their_own_words_beside(desk):
    pulse, _ = ask(desk)["m00"]

    text = client(desk).post("/p", data={"code": pulse}, headers={"accept-language": "de"}).text

    german = of_the_bank("de")
    assert f"<legend>{german.items['T1']}</legend>" in text
    assert f'value="5"> {german.labels[-1]}</label>' in text
    assert german.rather_not_say in text
    assert text.count(german.unreviewed) == 1
    (own_words,) = re.findall(r'<ol lang="en" dir="auto">(.*?)</ol>', text, re.DOTALL)
    assert re.findall(r"<li>(.*)</li>", own_words) == [
        builtin_texts()[item] for item in re.findall(r'<fieldset class="statement" id="(\w+)"', text)
    ]


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "the language"), ("de", "Sprache"), ("es", "el idioma"), ("fr", "la langue"), ("ar", "واللغة")],
)
def test_the_note_beside_the_comment_warns_of_the_language_it_is_written_in(desk, language, word):
    pulse, _ = ask(desk)["m00"]

    form = client(desk).post("/p", data={"code": pulse}, headers={"accept-language": language}).text

    [note] = re.findall(r'id="comment-note">(.*?)</p>', form)
    assert word in note


def test_statements_that_nobody_has_translated_stay_in_their_own_words_and_say_so(desk):
    ask(desk)
    changed = replace(builtin("pulse"), title="Comment ça va ?", language="fr")
    with desk.store.writing() as db:
        waves.set_state(db, waves.wave(db, WAVE).wave_id, "closed")
    opening.open_wave(desk, "own", asks="pulse", questionnaire=changed, closes=CLOSES)
    pulse = codes_of(desk, "own")["m00"][0]
    text = client(desk).post("/p", data={"code": pulse}, headers=ARABIC).text

    assert '<html lang="ar" dir="rtl">' in text
    assert '<h1 lang="fr" dir="auto">Comment ça va ?</h1>' in text
    assert (
        f'<div class="choices">\n<label><input type="radio" name="T1" value="1"> {of_the_bank("ar").labels[0]}' in text
    )
    assert '<legend lang="fr" dir="auto">People in this team do what they say they will do.</legend>' in text
    assert languages()["ar"].say("These statements stand in the language they were written in.") in text


def builtin_texts():
    """The English statements by their ids."""
    return {item.id: item.text for item in builtin("quarterly").items}


# ------------------------------------------------------------------------------------------------- the reader's choice


def test_a_chosen_language_is_carried_from_the_code_to_the_thank_you_and_stands_in_no_address_that_is_sent(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)

    box = fields(forms.post("/p", data={"code": "", "box": "ar"} | {"translate": "x"}).text)
    opened = forms.post("/p", data=box | {"code": pulse, "language": "ar"})
    sent = forms.post("/p", data=fields(opened.text) | {"T1": "2", "comment": "شكرًا"})
    (asked,) = re.findall(r'<form id="choice" method="post" action="(.*?)">', forms.get("/p/thanks").text)
    thanks = forms.post(asked, data={"language": "ar"})

    assert of_the_bank("ar").items["T1"] in opened.text
    assert sent.headers["location"] == "/p/thanks#ar"
    assert languages()["ar"].say("Thank you. Your answers are sealed.") in thanks.text
    assert 'href="/privacy#ar"' in thanks.text
    assert all("?" not in address for page in (opened, thanks) for address in addresses(page.text))
    assert opened_boxes(desk) == [Submission({"T1": 2}, "شكرًا")]


def addresses(page):
    """Where a page leads: its links, and where its forms are sent."""
    return re.findall(r'(?:href|action)="(/(?!assets).*?)"', page)


@pytest.mark.parametrize("path", ["/p", "/n", "/p/thanks", "/n/thanks", "/privacy"])
def test_an_address_chooses_no_language(desk, path):
    assert '<html lang="en"' in client(desk).get(f"{path}?language=ar").text


def test_another_language_on_the_pulse_keeps_everything_filled_in_and_sends_nothing(desk):
    pulse, _ = ask(desk)["m00"]
    forms = client(desk)
    filled = {"code": pulse, "answers": "1", "T1": "2", "C1": "", "comment": "Half a <thought>", "language": "de"}

    turned = forms.post("/p", data=filled | {"translate": "fr"})

    assert turned.status_code == 200
    assert of_the_bank("fr").items["T1"] in html.unescape(turned.text)
    assert fields(turned.text) == {"code": pulse, "language": "fr", "answers": "1", "T1": "2", "C1": ""}
    assert "Half a &lt;thought&gt;</textarea>" in turned.text
    assert opened_boxes(desk) == []


@pytest.mark.parametrize("people", [14, 70])
def test_another_language_on_the_network_form_keeps_everything_filled_in_and_keeps_nothing(desk, people):
    _, network = ask(desk, people=people)["m00"]
    forms = client(desk)
    filled = {"code": network, "answers": "1", "work": "m01", "often-m01": "daily", "help_skip": "1", "map": "no"}

    turned = forms.post("/n", data=filled | {"translate": "es"})

    assert turned.status_code == 200
    kept = fields(turned.text)
    assert {name: kept[name] for name in filled} == filled
    assert kept["language"] == "es"
    assert "cada día" in turned.text
    assert tables(desk)["network_answer"] == tables(desk)["consent"] == []


def test_a_wrong_field_is_told_in_the_language_of_the_form(desk):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)
    wrong = {"code": pulse, "answers": "1", "T1": "9", "T4": "1", "comment": "x" * 501}

    told = forms.post("/p", data=wrong, headers={"accept-language": "de"})
    nothing = forms.post("/p", data={"code": pulse, "answers": "1", "language": "es"})
    names = forms.post("/n", data={"code": network, "answers": "1", "work": "m01", "work_nobody": "1"}, headers=ARABIC)

    assert (told.status_code, nothing.status_code, names.status_code) == (422, 422, 422)
    assert "3 Stellen brauchen noch einen Blick" in told.text
    assert "Bitte wählen Sie eine der 5 Antworten oder lassen Sie diese Aussage aus." in told.text
    assert "Der Kommentar hat 501 Zeichen; 500 passen hinein." in told.text
    assert "T4: Diese Aussage wird diesmal nicht gefragt." in told.text
    assert "Aún no hay nada elegido." in nothing.text
    assert languages()["ar"].say(submission.UNDECIDED["map"]) in names.text
    assert "لا أحد مناسب" in names.text


def test_an_unknown_code_is_told_in_the_language_that_was_chosen(desk):
    told = client(desk).post("/p", data={"code": "nonsense", "language": "fr"})

    assert told.status_code == 404
    assert "Nous ne connaissons pas ce code" in told.text
    assert fields(told.text) == {"language": "fr", "code": "nonsense"}


def test_another_language_beside_the_box_for_a_code_never_looks_the_code_up(desk):
    pulse, network = ask(desk)["m00"]
    forms = client(desk)

    for path, code in product(("/p", "/n"), (pulse, network, "0" * 26, "nonsense")):
        for _ in range(6):
            told = forms.post(path, data={"code": code, "box": "1", "translate": "de"})
        assert told.status_code == 200
        assert fields(told.text) == {"language": "de", "code": code}
        assert "Geben Sie Ihren Code ein" in told.text
    assert forms.post("/p", data={"code": "nonsense"}).status_code == 404


def test_another_language_on_the_question_whether_to_erase_erases_nothing(desk):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    forms.post("/n", data={"code": network, "answers": "1", "work": "m01"} | CONSENT)
    before = tables(desk)

    asked = forms.post("/n", data={"code": network, "erase": "ask", "translate": "de"})
    forced = forms.post("/n", data={"code": network, "erase": "yes", "consent": "1", "translate": "de"})

    assert "Alles mit Ihrem Namen löschen, Ana Ruiz?" in asked.text == forced.text
    assert tables(desk) == before


@pytest.mark.parametrize("beside", ["find", "translate"])
def test_looking_for_a_name_or_a_language_writes_nothing_whatever_is_sent_beside_it(desk, beside):
    _, network = ask(desk)["m00"]
    forms = client(desk)
    forms.post("/n", data={"code": network, "answers": "1", "work": "m01"} | CONSENT)

    forms.post("/n", data={"code": network, "consent": "1", "map": "no", "introductions": "no", beside: "de"})
    forms.post("/n", data={"code": network, "erase": "yes", beside: "de"})

    with desk.store.reading() as db:
        assert ties.consents(db).to_dict("records") == [{"member_id": "m00", "map": True, "introductions": False}]


# ----------------------------------------------------------------------------------------- all pages, and nothing kept


def every_page(desk, language):
    """Each kind of page, as somebody meets it who chose the language."""
    everyone = ask(desk, people=52)
    pulse, network = everyone["m00"]
    forms = client(desk)
    chosen = {"language": language}

    def post(path, **sent):
        return forms.post(path, data=chosen | sent).text

    for path in ("/p", "/n", "/p/thanks", "/n/thanks", "/privacy"):
        yield path, forms.get(path, headers={"accept-language": language}).text
    yield "pulse", post("/p", code=pulse)
    yield "pulse 422", post("/p", code=pulse, answers="1", T1="9", comment="9" * 501)
    yield "unknown", post("/p", code="nonsense")
    yield "too long", forms.post("/p", data={"code": "x" * 20_000}, headers={"accept-language": language}).text
    yield "network", post("/n", code=network)
    found = {"find": "work", "find-work": "hana", "find-help": "xq"}
    yield "network found", post("/n", code=network, answers="1", work="m01", **found)
    yield (
        "network 422",
        post("/n", code=network, answers="1", work="m01", work_skip="1", help="m99", **{"often-m01": "9"}),
    )
    post("/n", code=network, answers="1", work="m01", help="m01", meet="m02", avoid="m03", **CONSENT)
    yield "network again", post("/n", code=network, change="1")
    yield "own", post("/n", code=network)
    yield "own 422", post("/n", code=network, consent="1", map="maybe")
    yield "taken back", post("/n", code=network, take_back="m03")
    yield "erase", post("/n", code=network, erase="ask")
    for _ in range(21):
        often = post("/p", code=pulse, answers="1", T1="4")
    yield "too often", often
    desk.clock.now = CLOSES
    yield "closed", post("/p", code=pulse)
    yield "names closed", post("/n", code=network, answers="1")
    yield "erased", post("/n", code=network, erase="yes")


def test_no_page_in_arabic_has_a_word_in_english_left(desk):
    pages_met = dict(every_page(desk, "ar"))

    assert len(pages_met) == 21
    assert all('<html lang="ar" dir="rtl">' in text for text in pages_met.values())
    left = {name: left_in_latin_letters(text) for name, text in pages_met.items()}
    assert {name: words for name, words in left.items() if words} == {}


def test_the_language_of_an_answer_is_nowhere_in_the_database_nor_in_what_is_written_down(desk, caplog, capfd):
    everyone = ask(desk)
    forms = client(desk)
    answers = {"answers": "1", "T1": "4", "C1": "2", "comment": "Fine."}
    names = {"answers": "1", "work": "m02", "help_nobody": "1"} | CONSENT
    accepted = {"accept-language": "ar, canary;q=0.5"}

    with caplog.at_level("DEBUG"):
        for n, said in (("m00", {}), ("m01", {"language": "ar"})):
            pulse, network = everyone[n]
            forms.post("/p", data={"code": pulse} | said | answers | {"translate": "canary"}, headers=accepted)
            assert forms.post("/p", data={"code": pulse} | said | answers, headers=accepted).status_code == 303
            assert forms.post("/n", data={"code": network} | said | names, headers=accepted).status_code == 303
        forms.post("/p/thanks", data=said, headers=accepted)

    assert opened_boxes(desk) == [Submission({"T1": 4, "C1": 2}, "Fine.")] * 2
    held = tables(desk)
    assert len({len(sealed) for _, sealed in held["box"]}) == 1
    cells = [cell for name, rows in held.items() for row in rows for cell in row]
    ours = "".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "asyncio")))
    written = "".join(capfd.readouterr()) + ours + "".join(str(cell) for cell in cells)
    assert len(cells) > 100
    assert not any(cell in ("ar", "rtl", "العربية") for cell in cells)
    assert "canary" not in written
    assert of_the_bank("ar").items["T1"] not in written
