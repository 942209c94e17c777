"""Word of a wave for places where many read along: that it is open, or that it has closed.

It holds no link of anybody's, no figure and no name, and it is the same whoever has answered.
"""

from collections.abc import Iterable, Iterator

from data import waves
from data.letters import Kind
from data.records import Problem, Wave
from surveys import mail, post
from surveys.desk import Desk
from surveys.language import Language
from surveys.pages import House
from surveys.pulse_link import house


def announcement(desk: Desk, name: str, languages: Iterable[Language]) -> tuple[Wave, str, str]:
    """Write what is to be announced of a wave: the wave, a title and a text, in each of these languages.

    `Problem` for a wave that takes no more answers and has no results yet.
    """
    with desk.store.reading() as db:
        wave = waves.wave(db, name)
        houses = [house(db, desk, language) for language in languages]
    if wave.state != "closed" and not post.takes_answers(desk, wave):
        raise Problem(f"Wave '{name}' takes no more answers and has no results yet; expected it open or closed.")
    (title, text), *others = [words(wave, here) for here in houses]
    return wave, title, "\n\n".join([text, *("\n".join(each) for each in others)])


def check(desk: Desk, wave: Wave) -> None:
    """Raise a `Problem` where there is nobody to tell."""
    kind: Kind = "results" if wave.state == "closed" else "invitation"
    with desk.store.reading() as db:
        post.check_people(db, wave, kind)


def words(wave: Wave, house: House) -> tuple[str, str]:
    """Choose title and text, in the language of the house."""
    say, asks = house.language.say, house.organization
    if wave.state == "closed":
        title, lines = (
            say("{organization}: the results are here", organization=asks),
            mail.results(wave, house.language),
        )
    else:
        title = say("{organization} asks how working together is going", organization=asks)
        lines = tuple(_open(wave, house))
    kept = say("How answers are kept: {address}", address=f"{house.address}/privacy")
    return title, "\n".join(filter(None, [*lines, kept, house.language.unreviewed]))


def _open(wave: Wave, house: House) -> Iterator[str]:
    say = house.language.say
    yield say("Wave {wave} is open until {moment}.", wave=wave.name, moment=house.moment(wave.closes))
    yield say("Everybody asked has links of their own, by mail or on paper; none stands here.")
    yield say("Whoever has a link can answer with it: please pass on none of yours.")
    if wave.pulse:
        yield say("No list says who has answered without their name.")
