from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from data.records import ROOT, Group, Member, Team
from surveys import groups

TREE = [
    Team(ROOT, ROOT, None),
    Team("e", "Engineering", ROOT),
    Team("p", "Engineering / Platform", "e"),
    Team("q", "Engineering / Quality", "e"),
    Team("s", "Sales", ROOT),
    Team("f", "Sales / Finance", "s"),
]


def people(**sizes):
    return [member for team, size in sizes.items() for member in members(team, size)]


def members(team, size, **more):
    return [Member(f"{team}{number}", "", "", team, **more) for number in range(size)]


def shown(formed):
    return {group.team_id: group.invited for group in formed.groups if group.joins is None}


def joined(formed):
    return {group.team_id: group.joins for group in formed.groups if group.joins is not None}


def test_a_team_with_enough_people_is_a_group_and_a_smaller_one_joins_the_team_above():
    formed = groups.form(TREE, people(s=6, f=3, p=6, q=5), smallest=6)

    assert shown(formed) == {ROOT: 5, "s": 9, "e": 0, "p": 6}
    assert joined(formed) == {"f": "s", "q": ROOT}
    assert formed.seats["f0"] == "s"
    assert formed.seats["q0"] == ROOT


def test_who_cannot_have_a_figure_is_told_where_they_count():
    formed = groups.form(TREE, people(s=6, f=3, e=1, p=6, q=1), smallest=6)

    assert formed.alone == [
        "Engineering, outside its teams (1 person): their answers count in the whole organization.",
        "Engineering / Quality (1 person): their answers count in the whole organization.",
        "Sales / Finance (3 people): their answers count in Sales.",
        (
            "2 people outside every group: too few to be sure of a figure, so their answers may count in none. "
            "Placing them in a larger team changes that."
        ),
    ]


def test_small_teams_add_up_to_a_group_above():
    formed = groups.form(TREE, people(p=3, q=3), smallest=6)

    assert shown(formed) == {ROOT: 0, "e": 6}
    assert joined(formed) == {"p": "e", "q": "e"}


def test_a_small_organization_is_one_group():
    formed = groups.form(TREE, people(p=4, s=4, f=4), smallest=6)

    assert shown(formed) == {ROOT: 4, "s": 8}
    assert groups.form(TREE, people(p=4, s=5), smallest=6).seats == {
        member.member_id: ROOT for member in people(p=4, s=5)
    }


def test_a_lead_is_counted_above_what_they_lead():
    platform, quality = members("p", 7), members("q", 7)
    heads = [
        Member("lead", "", "", "p", leads=("p",)),
        Member("both", "", "", "q", leads=("e", "q")),
        Member("above", "", "", "e", leads=("p", "q")),
        Member("elsewhere", "", "", "p", leads=("q",)),
        Member("ceo", "", "", ROOT, leads=(ROOT,)),
    ]
    formed = groups.form(TREE, [*platform, *quality, *members("e", 6), *heads], smallest=6)

    assert formed.seats["lead"] == "e"
    assert formed.seats["both"] == ROOT
    assert formed.seats["above"] == "e"
    assert formed.seats["elsewhere"] == "p"
    assert formed.seats["ceo"] == ROOT
    assert shown(formed) == {ROOT: 2, "e": 8, "p": 8, "q": 7}


def test_leads_do_not_help_their_own_team_to_be_a_group():
    formed = groups.form(TREE, [*members("s", 5), Member("lead", "", "", "s", leads=("s",))], smallest=6)

    assert joined(formed) == {"s": ROOT}
    assert formed.groups[0].invited == 6


def test_a_team_of_its_lead_alone_is_reported_as_joined():
    formed = groups.form(TREE, [*members("s", 6), Member("lead", "", "", "f", leads=("f",))], smallest=6)

    assert joined(formed) == {"f": "s"}
    assert formed.alone == []


def test_a_team_without_anybody_is_not_reported():
    formed = groups.form(TREE, people(s=6), smallest=6)

    assert [group.path for group in formed.groups] == [ROOT, "Sales"]


def test_an_earlier_group_stays_while_it_has_k_people():
    earlier = [Group(ROOT, None, ROOT, 0), Group("s", ROOT, "Sales", 8), Group("e", ROOT, "Engineering", 0)]

    assert "s" in shown(groups.form(TREE, people(s=5), smallest=6, k=5, earlier=earlier))
    assert "s" in joined(groups.form(TREE, people(s=4), smallest=6, k=5, earlier=earlier))
    assert "s" in joined(groups.form(TREE, people(s=5), smallest=6, k=5))


def test_the_sum_of_groups_does_not_count_as_an_earlier_group_of_its_own():
    earlier = [Group("e", ROOT, "Engineering", 0), Group("q", ROOT, "Engineering / Quality", 0, "e")]

    assert joined(groups.form(TREE, people(e=5, q=5), smallest=6, k=5, earlier=earlier)) == {"q": "e"}
    assert "q" in shown(groups.form(TREE, people(e=5, q=6), smallest=6, k=5, earlier=earlier))


SIZES = st.dictionaries(st.sampled_from([team.team_id for team in TREE]), st.integers(0, 12))


@given(SIZES, st.integers(4, 9))
def test_everybody_is_counted_exactly_once(sizes, smallest):
    invited = people(**sizes)
    formed = groups.form(TREE, invited, smallest=smallest)

    assert formed.seats.keys() == {member.member_id for member in invited}
    assert Counter(formed.seats.values()) == {team: number for team, number in shown(formed).items() if number}


@given(SIZES, st.integers(4, 9))
def test_every_group_is_large_enough_and_every_other_team_is_counted_above(sizes, smallest):
    formed = groups.form(TREE, people(**sizes), smallest=smallest)
    parents = {team.team_id: team.parent for team in TREE}

    assert all(number == 0 or number >= smallest for team, number in shown(formed).items() if team != ROOT)
    for team, target in joined(formed).items():
        above = parents[team]
        while above != target:
            above = parents[above]
        assert target in shown(formed)
