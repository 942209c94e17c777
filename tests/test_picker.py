import pytest

from surveys.picker import Colleague, Directory, by_team

PEOPLE = [
    Colleague("m1", "Hana Novák", "Data"),
    Colleague("m2", "Nora Hansen", "Data"),
    Colleague("m3", "Øyvind Strauß", "Care / North"),
    Colleague("m4", "Anna-Lena Müller", "Care / North"),
    Colleague("m5", "山田 花子", "Data"),
    Colleague("m6", "Hana Gone", "Data"),
]
DIRECTORY = Directory(PEOPLE, {"m1", "m2", "m3", "m4", "m5"})


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("novak", ["m1"]),
        ("NOVÁK", ["m1"]),
        ("nov ha", ["m1"]),
        ("n h", ["m2", "m1"]),
        ("ha", ["m1", "m2"]),
        ("strauss", ["m3"]),
        ("muller", ["m4"]),
        ("花", ["m5"]),
        ("ana", []),
        ("", []),
        ("   ", []),
        ("%", []),
    ],
)
def test_people_are_found_by_the_beginnings_of_their_names(typed, found):
    assert [person.member_id for person in DIRECTORY.search(typed).people] == found


def test_those_who_left_are_known_by_name_and_not_found():
    assert DIRECTORY.everybody["m6"].name == "Hana Gone"
    assert "m6" not in {person.member_id for person in DIRECTORY.search("hana").people}


def test_those_who_are_chosen_already_are_not_found_again():
    assert DIRECTORY.search("hana", without=["m1"]).people == ()


def test_twenty_are_shown_and_the_search_says_that_there_are_more():
    many = [Colleague(f"m{n:03}", f"Kim {n:03}", "Data") for n in range(21)]

    twenty = Directory(many, {person.member_id for person in many[:20]}).search("kim")
    more = Directory(many, {person.member_id for person in many}).search("kim")

    assert (len(twenty.people), twenty.more) == (20, False)
    assert (more.people, more.more) == (tuple(many[:20]), True)


def test_a_list_goes_by_team_and_name_whatever_the_accents():
    assert [(team, [person.member_id for person in people]) for team, people in by_team(PEOPLE[:4])] == [
        ("Care / North", ["m4", "m3"]),
        ("Data", ["m1", "m2"]),
    ]
