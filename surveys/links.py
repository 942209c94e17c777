"""The personal links of a wave, made from its keys whenever they are needed and stored nowhere."""

import pandas as pd

from data import roster, waves
from data.records import Problem
from surveys import ballots
from surveys.desk import Desk

COLUMNS = ["member_id", "name", "email", "pulse_url", "network_url"]


def links(desk: Desk, name: str) -> pd.DataFrame:
    """Everybody invited who is still in the roster, with their links; '' for what the wave does not ask.

    After the close the key of the pulse links is gone and with it those links; network links can be made again until
    the next network wave closes. `Problem` when neither is left.
    """
    with desk.store.reading() as db:
        wave = waves.wave(db, name)
        seats = waves.seats(db, wave.wave_id)
        invited = [member for member in roster.members(db) if member.member_id in seats]
    keys = desk.keys.read(wave.wave_id) if wave.wave_id in desk.keys.waves() else {}
    if wave.state == "closed" and "network" not in keys:
        raise Problem(f"Wave '{name}' is closed and its links were destroyed. Expected an open wave.")
    if not keys:
        keys = desk.keys.read(wave.wave_id)  # raises, and says what a missing key file means
    rows = [
        (
            member.member_id,
            member.name,
            member.email,
            _url(desk, "p", keys.get("pulse"), member.member_id),
            _url(desk, "n", keys.get("network"), member.member_id),
        )
        for member in invited
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _url(desk: Desk, form: str, key: bytes | None, member_id: str) -> str:
    return f"{desk.url}/{form}#{ballots.code(ballots.secret(key, member_id))}" if key else ""
