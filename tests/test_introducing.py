"""From a suggestion to a tie: proposed in a batch, asked alone, silent about a no, counted once."""

import re
from datetime import timedelta

import pandas as pd
import pytest
from asking import CLOSES, WAVE, client, introduced, left_in_latin_letters
from test_promises import fields, tables

from analytics import disclosure
from dashboard.pairs import eligible
from data import audit, findings, ties, waves
from data import introducing as kept
from data.records import Problem, Tie
from data.ties import NetworkAnswer
from surveys import ballots, closing, introducing, introduction_link, opening
from surveys.desk import Desk

pytestmark = pytest.mark.usefixtures("counting_here")

PAIRS = (("m00", "m01"), ("m02", "m03"), ("m04", "m05"))
ANA, BEN = ("m00", "m01"), ("m01", "m00")
OVER = introduction_link.OVER.title


def say(forms, code, **sent):
    return forms.post("/i", data={"code": code, **sent})


def look(forms, code):
    """A page as its reader sees it, without the code that they sent themselves."""
    answer = say(forms, code)
    return answer.status_code, answer.text.replace(code, "CODE")


def the_wave(desk):
    with desk.store.reading() as db:
        return waves.wave(db, WAVE)


# ------------------------------------------------------------------------------------------------------- proposing


def test_a_batch_asks_both_of_each_pair_with_a_link_of_their_own(desk):
    codes = introduced(desk, *PAIRS)

    assert len(set(codes.values())) == 6
    with desk.store.reading() as db:
        for (me, other), code in codes.items():
            found = kept.by_link(db, ballots.link_hash(ballots.secret_from(code)))
            assert (found.member_id, found.other_id, found.answer, found.agreed) == (me, other, None, False)
        assert list(ties.introductions(db, the_wave(desk).wave_id)["answer"]) == ["introduced"] * 3


def test_the_log_has_a_line_for_each_who_was_proposed_and_none_that_tells_with_whom(desk):
    introduced(desk, ("m00", "m05"), ("m01", "m04"), ("m02", "m03"), ("m02", "m05"))

    with desk.store.reading() as db:
        lines = db.execute("SELECT subject, detail FROM audit ORDER BY rowid").fetchall()
        moments = db.execute("SELECT count(DISTINCT happened) FROM audit").fetchone()
    assert (lines, moments) == ([(f"m{n:02}", "proposed") for n in range(6)], (1,))
    for member_id in ("m02", "m05"):
        assert own_page(desk, member_id).count("introduction proposed") == 1
    assert "introduction proposed" not in own_page(desk, "m06")


def test_whoever_erases_stands_in_no_line_of_the_log_of_those_they_were_paired_with(desk):
    introduced(desk, *PAIRS)
    erasing = {"code": network_code(desk, "m00")}
    asked = client(desk).post("/n", data=erasing | {"erase": "ask"}).text
    client(desk).post("/n", data=erasing | {"erase": "yes"})

    assert "when you were proposed for an introduction, but not with whom" in asked
    with desk.store.reading() as db:
        log = audit.entries(db)
    assert sorted(log.loc[log["subject"].str.contains("m00"), "action"]) == ["erase", "introduction"]
    assert set(log.loc[log["subject"].str.contains("m00"), "subject"]) == {"m00"}


@pytest.mark.parametrize(
    ("batch", "sentence"),
    [
        ([("m06", "m07"), ("m08", "m09")], "2 can be proposed; expected a batch of 3 or more"),
        ([("m06", "m07"), ("m08", "m09"), ("m00", "m01")], "'m00' and 'm01' cannot be proposed"),
        ([("m06", "m07"), ("m08", "m09"), ("m06", "m13")], "'m06' and 'm13' cannot be proposed"),
        ([("m06", "m07"), ("m08", "m09"), ("m12", "m13")], "'m12' and 'm13' cannot be proposed"),
    ],
    ids=["two", "proposed before", "no pair of the list", "held back"],
)
def test_what_cannot_be_proposed_is_said_and_nobody_is_asked(desk, batch, sentence):
    introduced(desk, *PAIRS)
    more_pairs(desk, ("m06", "m07"), ("m08", "m09"), ("m10", "m11"), held_back=("m12", "m13"))
    before = tables(desk)

    with pytest.raises(Problem, match=sentence):
        introducing.propose(desk, the_wave(desk), batch, who="administrator")

    assert tables(desk) == before


def test_the_first_of_the_set_are_those_that_nobody_has_decided_about(desk):
    introduced(desk, *PAIRS)
    more_pairs(desk, ("m06", "m07"), ("m08", "m09"), ("m10", "m11"), held_back=("m12", "m13"))

    assert introducing.first(desk, the_wave(desk), 5) == [("m06", "m07"), ("m08", "m09")]
    assert introducing.first(desk, the_wave(desk), 9) == [("m06", "m07"), ("m08", "m09"), ("m10", "m11")]


def test_links_are_of_the_last_network_wave_only(desk, clock):
    codes = introduced(desk, *PAIRS)
    frame = introducing.links(desk, the_wave(desk))
    assert list(frame.columns) == ["member_id", "name", "email", "introduction_url"]
    assert {url.partition("#")[2] for url in frame["introduction_url"]} == set(codes.values())

    next_wave(desk, clock)

    with pytest.raises(Problem, match="ended when a later network wave opened"):
        introducing.links(desk, the_wave(desk))
    assert say(client(desk), codes[ANA]).status_code == 410


def test_people_can_be_asked_in_the_last_network_wave_alone_and_only_with_its_links(desk):
    introduced(desk, *PAIRS)
    wave = the_wave(desk)
    assert introducing.can_ask(desk, wave)

    desk.keys.destroy(wave.wave_id, ["network"])  # as with ties from elsewhere: there never was one
    assert not introducing.can_ask(desk, wave)
    with pytest.raises(Problem, match="no personal links"):
        introducing.links(desk, wave)


def test_nobody_can_be_asked_any_more_once_a_later_network_wave_has_opened(desk, clock):
    introduced(desk, *PAIRS)
    next_wave(desk, clock, close=False)
    assert not introducing.can_ask(desk, the_wave(desk))
    closing.close_wave(desk, "later")
    assert not introducing.can_ask(desk, the_wave(desk))


def test_a_sheet_says_that_it_ends_when_the_next_network_wave_opens_and_ends_then(desk, clock):
    codes = introduced(desk, *PAIRS)
    say(client(desk), codes[ANA], answer="yes")
    assert "this page will say so, until those questions open" in look(client(desk), codes[ANA])[1]
    say(client(desk), codes[BEN], answer="yes")
    for each in (ANA, BEN):
        status, sheet = look(client(desk), codes[each])
        assert status == 200
        assert "This page is here until the next questions about names open." in sheet
        assert "your wish is erased when the next questions about names have closed" in sheet

    next_wave(desk, clock, close=False)

    assert all(OVER in look(client(desk), codes[each])[1] for each in (ANA, BEN))


def test_what_was_said_is_erased_when_the_next_network_wave_closes_and_its_links_say_that_it_is_over(desk, clock):
    codes = introduced(desk, *PAIRS)
    for each, answer in ((ANA, "yes"), (BEN, "yes"), (("m02", "m03"), "no")):
        say(client(desk), codes[each], answer=answer)
    say(client(desk), codes[ANA], told="1", met="yes", remind="1")
    next_wave(desk, clock)

    with desk.store.reading() as db:
        said = db.execute("SELECT DISTINCT answer, met, remind FROM invitation").fetchall()
    assert said == [(None, None, False)]
    assert {look(client(desk), code) for code in codes.values()} == {(410, look(client(desk), codes[ANA])[1])}


def test_a_link_of_an_introduction_opens_nothing_else_and_nothing_else_opens_it(desk):
    codes = introduced(desk, *PAIRS)
    forms = client(desk)
    key = desk.keys.read(the_wave(desk).wave_id)["network"]

    assert forms.post("/n", data={"code": codes[ANA]}).status_code == 404
    assert forms.post("/p", data={"code": codes[ANA]}).status_code == 404
    assert say(forms, ballots.code(ballots.secret(key, "m00"))).status_code == 404


# ------------------------------------------------------------------------------------------- what each of the two reads


def test_a_no_and_silence_leave_the_other_the_same_page_in_time_and_after(desk, clock):
    codes = introduced(desk, *PAIRS)
    forms = client(desk)
    read = {}
    for what in ("nothing", "yes", "no"):
        if what != "nothing":
            say(forms, codes[BEN], answer=what)
        read[what] = look(forms, codes[ANA])
    say(forms, codes[ANA], answer="yes")
    still_no = look(forms, codes[ANA])
    with desk.store.writing() as db:
        db.execute("UPDATE invitation SET answer = NULL WHERE member_id = 'm01'")
    silent = look(forms, codes[ANA])
    clock.now += timedelta(days=29)
    too_late_silent = look(forms, codes[ANA])
    with desk.store.writing() as db:
        db.execute("UPDATE invitation SET answer = 'no' WHERE member_id = 'm01'")

    assert read["nothing"] == read["yes"] == read["no"]
    assert still_no == silent
    assert too_late_silent == look(forms, codes[ANA]) == look(forms, codes[BEN])
    assert too_late_silent[0] == 410
    assert OVER in too_late_silent[1]
    assert "CODE" not in too_late_silent[1]


def gone(desk, how):
    with desk.store.writing() as db:
        if how == "avoids":
            ties.keep_answer(db, "another", NetworkAnswer("m01", (), True, True, ("m00",)))
        elif how == "is avoided":
            ties.keep_answer(db, "another", NetworkAnswer("m00", (), True, True, ("m01",)))
        elif how == "withdraws":
            ties.set_consent(db, "m01", map=True, introductions=False)
        elif how == "erases":
            ties.erase(db, "m01")
        else:
            db.execute("UPDATE member SET active = FALSE WHERE member_id = 'm01'")


@pytest.mark.parametrize("agreed", [False, True], ids=["asked", "agreed"])
@pytest.mark.parametrize("how", ["avoids", "is avoided", "withdraws", "erases", "leaves"])
def test_whoever_is_gone_is_gone_for_both_without_a_reason(desk, clock, how, agreed):
    codes = introduced(desk, *PAIRS)
    forms = client(desk)
    for each in (ANA, BEN) if agreed else ():
        say(forms, codes[each], answer="yes")

    gone(desk, how)
    page = look(forms, codes[ANA])

    clock.now += timedelta(days=29)
    assert page == look(forms, codes[("m02", "m03")])
    own = re.sub(r"<h2>With whom you are not paired.*?</form>", "", own_page(desk, "m00"), flags=re.DOTALL)  # her own
    assert "Ben" not in own + "".join(look(forms, codes[ANA])[1:])
    assert say(forms, codes[ANA], answer="yes").status_code == 410


def test_an_erased_member_stands_nowhere_in_the_table(desk):
    introduced(desk, *PAIRS)
    with desk.store.writing() as db:
        ties.erase(db, "m01")
    assert not any("m01" in row for row in tables(desk)["invitation"])
    assert "m01" not in set(introducing.links(desk, the_wave(desk))["member_id"])


def test_a_no_can_become_a_yes_and_a_yes_a_no_while_the_two_are_asked(desk, clock):
    codes = introduced(desk, *PAIRS)
    forms = client(desk)
    pages = set()
    for answer in ("no", "yes", "no", "yes"):
        page = say(forms, codes[ANA], answer=answer).text
        assert "You have answered." in page
        assert page.replace(codes[ANA], "CODE") == look(forms, codes[ANA])[1]
        pages.add(page)
    assert len(pages) == 1
    clock.now += timedelta(days=28)
    assert "You and Ana Ruiz both said yes" in say(forms, codes[BEN], answer="yes").text
    say(forms, codes[BEN], answer="no")
    assert "You and Ana Ruiz both said yes" in look(forms, codes[BEN])[1]


def test_what_arrives_too_late_is_not_kept(desk, clock):
    codes = introduced(desk, *PAIRS)
    forms = client(desk)
    before = tables(desk)
    clock.now += timedelta(days=29)

    assert say(forms, codes[ANA], answer="yes").status_code == 410
    assert tables(desk) == before


@pytest.mark.parametrize(
    "sent", [{"answer": "maybe"}, {"told": "1", "met": "yes"}, {"answer": "yes", "translate": "de"}]
)
def test_what_is_no_answer_yet_changes_nothing(desk, sent):
    codes = introduced(desk, *PAIRS)
    before = tables(desk)

    assert say(client(desk), codes[ANA], **sent).status_code == 200
    assert tables(desk) == before


def test_after_both_said_yes_there_is_a_reason_a_host_and_one_first_step(desk):
    codes = introduced(desk, *PAIRS, hosts={ANA: "m07"})
    forms = client(desk)
    for each in (ANA, BEN):
        say(forms, codes[each], answer="yes")
    sheets = {each: look(forms, codes[each])[1] for each in (ANA, BEN)}

    assert all("Both list pricing." in sheet and "Hana Ruiz knows you both" in sheet for sheet in sheets.values())
    assert sum("you write to" in sheet for sheet in sheets.values()) == 1
    assert sum("writes to you" in sheet for sheet in sheets.values()) == 1


def test_a_host_who_did_not_agree_or_does_not_want_to_is_not_named(desk):
    codes = introduced(desk, *PAIRS, hosts={ANA: "m07"})
    forms = client(desk)
    assert "Hana" in look(forms, codes[ANA])[1]
    with desk.store.writing() as db:
        ties.keep_answer(db, "another", NetworkAnswer("m07", (), True, True, ("m01",)))
    assert "Hana" not in look(forms, codes[ANA])[1]
    with desk.store.writing() as db:
        ties.keep_answer(db, "another", NetworkAnswer("m07", (), True, False, ()))
    assert "Hana" not in look(forms, codes[ANA])[1]


def test_a_host_is_named_to_the_two_only_once_all_three_had_their_days_to_look_first(desk, clock):
    codes = introduced(desk, *PAIRS, hosts={ANA: "m07"})
    with desk.store.writing() as db:
        ties_told_from = desk.today() + timedelta(days=7)
        db.execute("UPDATE standing SET visible_from = ? WHERE member_id = 'm01'", [ties_told_from])

    clock.now += timedelta(days=6)
    assert "Hana" not in look(client(desk), codes[ANA])[1]
    clock.now += timedelta(days=1)
    assert "Hana" in look(client(desk), codes[ANA])[1]


def test_whether_they_met_is_kept_for_each_and_nobody_is_reminded_who_did_not_ask(desk):
    codes = introduced(desk, *PAIRS)
    forms = client(desk)
    for each in (ANA, BEN):
        say(forms, codes[each], answer="yes")
    form = fields(look(forms, codes[ANA])[1])
    assert "remind" not in form
    assert "met" not in form

    say(forms, codes[ANA], told="1", met="yes")
    say(forms, codes[BEN], told="1", met="not_yet", remind="1")

    with desk.store.reading() as db:
        [ana], [ben] = kept.of_member(db, "m00"), kept.of_member(db, "m01")
    assert (ana.met, ana.remind, ben.met, ben.remind) == ("yes", False, "not_yet", True)
    assert fields(look(forms, codes[BEN])[1])["remind"] == "1"
    assert "not_yet" not in fields(look(forms, codes[ANA])[1]).values()


def own_page(desk, member_id):
    return client(desk).post("/n", data={"code": network_code(desk, member_id)}).text


def network_code(desk, member_id):
    key = desk.keys.read(the_wave(desk).wave_id)["network"]
    return ballots.code(ballots.secret(key, member_id))


def test_ones_own_page_lists_what_one_is_asked_and_nothing_that_is_over(desk, clock):
    codes = introduced(desk, *PAIRS)
    assert "Would you like to meet" in own_page(desk, "m00")
    assert codes[ANA] in own_page(desk, "m00")
    assert "Would you like to meet" not in own_page(desk, "m06")
    say(client(desk), codes[BEN], answer="no")
    assert "You have answered." in own_page(desk, "m01")
    assert "You said" not in own_page(desk, "m01")
    assert "You have not answered yet." in own_page(desk, "m00")
    clock.now += timedelta(days=29)
    assert "Would you like to meet" not in own_page(desk, "m00") + own_page(desk, "m01")


def test_every_page_of_an_introduction_is_locked_to_ourselves(desk):
    codes = introduced(desk, *PAIRS)
    forms = client(desk)
    answers = [say(forms, codes[ANA]), say(forms, codes[ANA], answer="yes"), say(forms, codes[BEN], answer="yes")]
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert "<script" not in answer.text.partition("<body>")[2]


def test_the_pages_of_an_introduction_speak_the_language_that_is_chosen(desk):
    codes = introduced(desk, *PAIRS, hosts={ANA: "m07"})
    forms = client(desk)
    pages = [say(forms, codes[ANA], translate="ar"), say(forms, codes[ANA], answer="yes", language="ar")]
    pages += [say(forms, codes[BEN], answer="yes", language="ar"), say(forms, codes[BEN], told="1", language="ar")]
    with desk.store.writing() as db:
        ties.erase(db, "m01")
    pages += [say(forms, codes[ANA], language="ar")]

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 410]
    assert all('dir="rtl"' in page.text for page in pages)
    assert [left_in_latin_letters(page.text) for page in pages] == [[]] * 5


def test_the_reason_of_an_introduction_is_marked_as_english_from_left_to_right_in_every_other_language(desk):
    codes = introduced(desk, *PAIRS)
    forms, reason = client(desk), '<bdi lang="en" dir="ltr">Both list pricing.</bdi>'
    for language in ("ar", "de", "es", "fr"):
        assert reason in say(forms, codes[ANA], language=language).text
    for each in (ANA, BEN):
        say(forms, codes[each], answer="yes")
    assert reason in say(forms, codes[ANA], language="ar").text
    assert "Both list pricing.</p>" in say(forms, codes[ANA], language="en").text


# ------------------------------------------------------------------------------------- while a network wave is open

CARDS = (("m00", "m01"), ("m00", "m03"), ("m01", "m05"))


@pytest.mark.parametrize("host", [None, "m01"], ids=["of the pair", "the host"])
def test_a_wish_not_to_be_paired_changes_nothing_that_anybody_can_read(desk, clock, host):
    """The list and the links are over for all when the wave opens, so the wish cannot be told by what goes missing."""
    from larkfield import administrator_of

    from dashboard import tables as printed
    from dashboard.readable import read

    cards = (*CARDS, ("m06", "m07"))
    codes = introduced(desk, *cards, hosts={("m06", "m07"): host} if host else None)
    avoided = "m06" if host else "m00"
    for each in (("m00", "m03"), ("m03", "m00")):
        say(client(desk), codes[each], answer="yes")

    def everything():
        page = read(desk, administrator_of(desk), desk.today())
        links = {each: look(client(desk), code) for each, code in codes.items()}
        shown = [
            printed.exports(page)["introductions"].to_csv(),
            printed.introductions(desk, the_wave(desk))[0].to_csv(),
        ]
        return shown, [len(page.pairs(wave)) for wave in page.waves], links

    listed, _, _ = everything()
    next_wave(desk, clock, close=False)
    before = everything(), own_page(desk, "m03")
    with desk.store.writing() as db:
        later = waves.wave(db, "later")
        ties.keep_answer(db, later.wave_id, NetworkAnswer("m01", (), True, True, (avoided,)))
    after = everything(), own_page(desk, "m03")
    closing.close_wave(desk, "later")
    closed, counts, _ = everything()

    (shown, count, links), _ = before
    assert before == after
    assert count == [0]
    assert set(links.values()) == {(410, links[ANA][1])}
    assert all("m00,m01" in table for table in listed)
    assert closed == shown
    assert counts == [0, 0]


def test_a_wish_that_is_taken_back_changes_nothing_that_anybody_else_can_read_before_the_next_wave_opens(desk, clock):
    from larkfield import administrator_of

    from dashboard import tables as printed
    from dashboard.readable import read

    introduced(desk, *CARDS)
    ring = [(f"m{n:02}", f"m{(n + 1) % 14:02}") for n in range(14)]
    next_wave(desk, clock, named=[*ring, *((other, member) for member, other in ring)], close=False)
    with desk.store.writing() as db:
        ties.set_avoided(db, {"m09": ["m11"]})
    closing.close_wave(desk, "later")
    with desk.store.reading() as db:
        later = waves.wave(db, "later")
    key = desk.keys.read(later.wave_id)["network"]

    def own(member_id, **sent):
        code = ballots.code(ballots.secret(key, member_id))
        return client(desk).post("/n", data={"code": code, **sent}).text

    def everything():
        page = read(desk, administrator_of(desk), desk.today())
        return [
            printed.exports(page)["introductions"].to_csv(),
            *(frame.to_csv() for frame in (printed.introductions(desk, later)[0], eligible(desk, later)[0])),
            own("m11"),
        ]

    before = everything()
    assert "You asked not to be paired with <strong>Joy Ruiz</strong>" not in own("m11")
    assert own("m09").count("You asked not to be paired with <strong>Lena Ruiz</strong>") == 1
    said = own("m09", take_back="m11")
    assert "That is taken back." in said
    assert "Taken back: Lena Ruiz. Until the next questions" in said
    assert "You asked not to be paired" not in said
    assert everything() == before

    with desk.store.writing() as db:
        db.execute("DELETE FROM avoid")
    assert everything() != before  # what is taken back at once would have told


def test_a_wish_that_was_taken_back_is_gone_when_the_next_network_wave_opens(desk, clock):
    introduced(desk, *CARDS)
    with desk.store.writing() as db:
        ties.set_avoided(db, {"m09": ["m10", "m11"]})
        ties.take_back(db, "m09", "m11")
        ties.take_back(db, "m09", "m12")
        assert ties.avoid(db).to_numpy().tolist() == [["m09", "m10"], ["m09", "m11"]]
        assert (ties.avoided(db, "m09"), ties.taken_back(db, "m09")) == (("m10",), ("m11",))
    next_wave(desk, clock, close=False)
    with desk.store.writing() as db:
        assert ties.avoid(db).to_numpy().tolist() == [["m09", "m10"]]
        ties.take_back(db, "m09", "m10")
        assert ties.avoid(db).empty  # nothing is shown while names are asked for


def test_nobody_takes_back_a_wish_of_somebody_else(desk):
    introduced(desk, *CARDS)
    with desk.store.writing() as db:
        ties.set_avoided(db, {"m09": ["m11"]})
    code = network_code(desk, "m11")
    assert client(desk).post("/n", data={"code": code, "take_back": "m09"}).status_code == 200
    with desk.store.reading() as db:
        assert ties.taken_back(db, "m09") == ()


def test_nothing_is_proposed_and_no_link_is_written_while_a_network_wave_is_open(desk, clock):
    introduced(desk, *PAIRS)
    more_pairs(desk, ("m06", "m07"), ("m08", "m09"), ("m10", "m11"))
    next_wave(desk, clock, close=False)

    assert introducing.first(desk, the_wave(desk), 9) == []
    with pytest.raises(Problem, match="ended when a later network wave opened"):
        introducing.propose(desk, the_wave(desk), [("m06", "m07"), ("m08", "m09"), ("m10", "m11")], who="m00")
    with pytest.raises(Problem, match="ended when a later network wave opened"):
        introducing.links(desk, the_wave(desk))


def test_the_page_says_why_the_list_is_gone_while_a_network_wave_is_open_and_after(desk, clock):
    from larkfield import administrator_of

    from dashboard import wording_introductions
    from dashboard.readable import read

    def said():
        return wording_introductions.ended(read(desk, administrator_of(desk), desk.today()), the_wave(desk))

    introduced(desk, *PAIRS)
    assert said() == ""
    next_wave(desk, clock, close=False)
    assert said() == "A network wave is open; what comes of the last list is counted when it closes."
    closing.close_wave(desk, "later")
    assert said() == "These introductions ended when the next network wave opened."


# -------------------------------------------------------------------------------------------------------- the commands


def rapport(desk, capsys, made, *typed):
    """Give a command at this desk: its status, and what it printed."""
    from dashboard import command
    from dashboard.command import Rapport

    group = Rapport(commands={made.name: made})
    with command.desk_in_hand(desk):
        status = group.run([made.name, *typed, "--db", str(desk.store.path)])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_a_command_asks_the_first_of_the_set_and_writes_their_links_for_its_owner_only(desk, capsys, tmp_path):
    from dashboard.commands import introducing as commands

    introduced(desk, *PAIRS)
    more_pairs(desk, ("m06", "m07"), ("m08", "m09"), ("m10", "m11"))

    few = rapport(desk, capsys, commands.ask, "--top", "5")
    asked = rapport(desk, capsys, commands.ask, "--top", "6")
    again = rapport(desk, capsys, commands.ask, "--top", "6")
    file = tmp_path / "links.csv"
    status, said = rapport(desk, capsys, commands.links, str(file), "--wave", WAVE)

    assert few == (2, "Introductions: 2 can be proposed; expected a batch of 3 or more.\n")
    assert asked[0] == status == 0
    assert "3 pairs of wave 2026-Q4 are being asked" in asked[1]
    assert "0 can be proposed" in again[1]
    assert "12 links" in said
    assert file.stat().st_mode & 0o777 == 0o600
    lines = file.read_text().splitlines()
    assert (lines[0], len(lines)) == ("member_id,name,email,introduction_url", 13)
    with desk.store.reading() as db:
        log = audit.entries(db)
    assert {"introductions ask", "introductions links"} <= set(log["action"])


def test_no_batch_of_fewer_than_three_can_be_typed(desk, capsys):
    from dashboard.commands import introducing as commands

    status, said = rapport(desk, capsys, commands.ask, "--top", "2")
    assert status == 2
    assert "3" in said


# ------------------------------------------------------------------------------------------------ what a manager reads


def five_pairs(desk):
    return introduced(desk, *((f"m{n:02}", f"m{n + 1:02}") for n in range(0, 10, 2)))


def twin(desk, tmp_path, name):
    """A database of its own beside the one in hand, with the same keys and the same clock."""
    other = tmp_path / name / "rapport.duckdb"
    other.parent.mkdir()
    desk.store.backup(other)
    return Desk.open(other, clock=desk.clock, url=desk.url, keys=desk.keys.path)


def test_a_silent_decline_shows_in_nothing_that_a_manager_reads(desk, clock, tmp_path):
    """Two databases that differ in nothing but that somebody said no, or said nothing."""
    from larkfield import administrator_of

    from dashboard import readable, wording_introductions
    from dashboard import tables as printed
    from dashboard.readable import read

    codes = five_pairs(desk)
    for pair in list(codes)[:8]:
        say(client(desk), codes[pair], answer="yes")
    seen = {}
    for name, answer in (("silent", None), ("declined", "no")):
        other = twin(desk, tmp_path, name)
        if answer:
            say(client(other), codes["m08", "m09"], answer=answer)
        open_now = read(other, administrator_of(other), other.today())
        before = [printed.exports(open_now)[kind].to_csv() for kind in printed.exports(open_now)]
        next_wave(other, clock, named=PAIRS)
        page = read(other, administrator_of(other), other.today())
        wave = page.waves[-1]
        seen[name] = (
            before,
            [
                printed.exports(page)[kind].drop(columns=["wave_id"], errors="ignore").to_csv()
                for kind in printed.exports(page)
            ],
            wording_introductions.helped(page, wave),
            wording_introductions.about_helped(page, wave),
            [(found.subject, found.word, found.low) for found in page.findings(wave, "organization", "introduced")],
        )
        other.close()

    assert readable.INTRODUCTION_COLUMNS.count("answer") == 1
    assert seen["silent"] == seen["declined"]
    assert seen["silent"][-1] == [
        ("agreed", "3+", 3.0),
        ("asked", "5–9", 5.0),
        ("met", "0–2", 0.0),
        ("tied", "0–2", 0.0),
    ]


def next_wave(desk, clock, named=(), answers=(), close=True):
    """The next network wave: who answers names these, and it closes without a word on anything else."""
    clock.now = max(clock.now, CLOSES) + timedelta(days=60)
    opening.open_wave(desk, "later", asks="network", questionnaire=None, closes=clock.now + timedelta(days=14))
    with desk.store.writing() as db:
        wave = waves.wave(db, "later")
        said = {member: [] for member in answers}
        for source, target in named:
            said.setdefault(source, []).append(target)
        agreed = ties.consents(db).set_index("member_id")["introductions"]
        for member, others in said.items():
            given = tuple(Tie(member, other) for other in others)
            ties.keep_answer(db, wave.wave_id, NetworkAnswer(member, given, True, bool(agreed.get(member)), ()))
    if close:
        closing.close_wave(desk, "later")


def test_nothing_is_counted_before_the_next_network_wave_closes(desk):
    codes = five_pairs(desk)
    for code in codes.values():
        say(client(desk), code, answer="yes")
    with desk.store.reading() as db:
        assert findings.rows(db).empty


def released(desk):
    with desk.store.reading() as db:
        rows = findings.rows(db)
    return {
        (row["kind"], row["subject"]): row for row in rows.to_dict("records") if row["kind"] in ("introduced", "uplift")
    }


def test_the_funnel_counts_pairs_from_asked_to_a_tie(desk, clock):
    codes = five_pairs(desk)
    forms = client(desk)
    for code in codes.values():
        say(forms, code, answer="yes")
    for pair in (("m00", "m01"), ("m03", "m02"), ("m04", "m05")):
        say(forms, codes[pair], told="1", met="yes")
    say(forms, codes["m01", "m00"], told="1", met="no")
    next_wave(desk, clock, named=[("m00", "m01"), ("m02", "m03"), ("m05", "m04"), ("m06", "m07")])

    found = released(desk)
    assert {step: found["introduced", step]["word"] for step in ("asked", "agreed", "met", "tied")} == {
        "asked": "5–9", "agreed": "3+", "met": "3+", "tied": "3+",
    }  # fmt: skip
    assert found["uplift", ""]["reason"] == "fewer_than_5_pairs"


def test_fewer_than_five_pairs_have_no_funnel(desk, clock):
    introduced(desk, *PAIRS)
    next_wave(desk, clock, named=PAIRS)
    assert released(desk)["introduced", "asked"]["reason"] == "fewer_than_5_pairs"
    assert ("introduced", "agreed") not in released(desk)


def test_every_band_of_a_count_holds_three_counts_or_more():
    from analytics.disclosure import introduced as gate

    for asked in range(5, 300):
        said = [gate._band(count, asked) for count in range(asked + 1)]
        assert min(pd.Series(said).value_counts()) >= 3
        assert all(low <= count for count, (low, _) in enumerate(said))


def test_only_pairs_of_whom_both_agree_are_counted(desk, clock):
    five_pairs(desk)
    with desk.store.writing() as db:
        ties.set_consent(db, "m09", map=True, introductions=False)
    next_wave(desk, clock, named=PAIRS)
    assert released(desk)["introduced", "asked"]["reason"] == "fewer_than_5_pairs"


def test_the_uplift_sets_pairs_of_the_list_beside_those_held_back(desk, clock):
    """Eight of ten on the list and one of six held back: 80 − 17 = 63 points, and Newcombe's interval in whole ones."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    people = [f"m{n:02}" for n in range(14)]
    every = [(a, b) for n, a in enumerate(people) for b in people[n + 1 :]]
    listed, held = every[:10], every[40:46]
    introduced(desk, *listed)
    more_pairs(desk, held_back=held)
    next_wave(desk, clock, named=[*listed[:8], held[0]], answers=people)

    found = released(desk)["uplift", ""]
    low, high = confint_proportions_2indep(8, 10, 1, 6, method="newcomb")
    assert (found["value"], found["low"], found["high"]) == (63, round(100 * low), round(100 * high))
    assert (found["word"], found["respondents"]) == ("more", "5–9")
    assert released(desk)["uplift", "needed"]["value"] % 10 == 0


def test_a_close_learns_from_what_came_of_the_introductions_before_and_so_do_the_candidates(desk, clock):
    """56 were asked and none tied: (50 · .15 + 0) / (50 + 56 · .9) = .075 in place of .15, for pairs two steps away."""
    ring = [(f"m{n:02}", f"m{(n + 1) % 14:02}") for n in range(14)]
    introduced(desk, *((f"m{n:02}", f"m{(n + step) % 14:02}") for n in range(14) for step in (3, 4, 5, 6)))
    with desk.store.writing() as db:
        db.execute("UPDATE introduction SET by_itself = 0.1, distance = 2")
    next_wave(desk, clock, named=ring)

    with desk.store.reading() as db:
        later = waves.wave(db, "later")
        chosen = ties.introductions(db, later.wave_id).set_index(["member_a", "member_b"])["feasibility"]
    found, _ = eligible(desk, later)
    candidates = found.set_index(["member_a", "member_b"])["feasibility"]
    assert len(chosen)
    assert list(candidates[chosen.index]) == list(chosen.round(4))


def more_pairs(desk, *pairs, held_back=()):
    """Further pairs of the wave, after those that are there."""
    held = [held_back] if held_back and isinstance(held_back[0], str) else list(held_back)
    wave = the_wave(desk)
    with desk.store.writing() as db:
        here = len(ties.introductions(db, wave.wave_id))
        for rank, (a, b) in enumerate([*pairs, *held], start=here + 1):
            arm = "held_back" if (a, b) in held else "chosen"
            db.execute(
                "INSERT INTO introduction BY NAME SELECT ? AS wave_id, ? AS rank, ? AS member_a, ? AS member_b,"
                " 1 AS score, 0.2 AS feasibility, 0.1 AS low, 0.3 AS high, 1 AS value, 'Both lead.' AS why, ? AS arm",
                [wave.wave_id, rank, a, b, arm],
            )


# --------------------------------------------------------------------------------------------------- what the data keep


@pytest.mark.parametrize(
    ("named", "answers", "tied"),
    [
        ([("m00", "m01")], [], True),
        ([("m01", "m00")], [], True),
        ([], ["m00"], False),
        ([("m00", "m02")], ["m01"], False),
        ([("m03", "m04")], [], None),
    ],
    ids=["named", "named by the other", "one answered", "another was named", "neither answered"],
)
def test_a_pair_is_tied_where_either_names_the_other_and_unknown_where_neither_answered(
    desk, clock, named, answers, tied
):
    introduced(desk, *PAIRS)
    next_wave(desk, clock, named=named, answers=answers, close=False)
    with desk.store.writing() as db:
        later = waves.wave(db, "later")
        before = kept.settle(db, later)
        pairs = ties.introductions(db, before).set_index(["member_a", "member_b"])

    assert before == the_wave(desk).wave_id
    assert pairs.loc[ANA, "tied"] == tied if tied is not None else pd.isna(pairs.loc[ANA, "tied"])


def test_a_wish_to_meet_is_no_tie(desk, clock):
    introduced(desk, *PAIRS)
    next_wave(desk, clock, answers=["m01"], close=False)
    with desk.store.writing() as db:
        later = waves.wave(db, "later")
        wish = NetworkAnswer("m00", (Tie("m00", "m01", "meet"),), True, True, ())
        ties.keep_answer(db, later.wave_id, wish)
        kept.settle(db, later)
        pairs = ties.introductions(db, the_wave_id(db)).set_index(["member_a", "member_b"])
    assert not pairs.loc[ANA, "tied"]


def the_wave_id(db):
    return waves.wave(db, WAVE).wave_id


def test_who_wishes_later_not_to_be_paired_stays_counted_because_only_pairs_that_met_come_to_wish_it(desk):
    introduced(desk, *PAIRS)
    with desk.store.reading() as db:
        before = kept.outcomes(db)
    gone(desk, "avoids")
    with desk.store.reading() as db:
        assert kept.outcomes(db).equals(before)


def test_an_excluded_pair_stands_in_no_list_or_export(desk):
    from larkfield import administrator_of

    from dashboard import tables as printed
    from dashboard.readable import read

    introduced(desk, *PAIRS, ("m06", "m07"), hosts={("m02", "m03"): "m00"})
    gone(desk, "is avoided")

    page = read(desk, administrator_of(desk), desk.today())
    exported = printed.exports(page)["introductions"]
    commanded, _ = printed.introductions(desk, the_wave(desk))
    for frame in (exported, commanded):
        assert len(frame) == 3
        assert ANA not in set(zip(frame["member_a"], frame["member_b"], strict=True))


def test_before_the_first_introductions_nothing_is_said_of_them():
    nobody = pd.DataFrame(columns=["wave_id", "member_a", "member_b", "arm", "asked", "agreed", "met", "tied"])
    consents = pd.DataFrame(columns=["member_id", "map", "introductions"])
    assert disclosure.release_introductions("w", "organization", "v", nobody, consents) == ()
