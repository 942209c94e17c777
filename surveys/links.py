"""The personal links of a wave, made from its keys whenever they are needed and stored nowhere."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

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
            f"{desk.url}/p#{_pulse_code(keys['pulse'], wave.code_salt, member.member_id)}" if "pulse" in keys else "",
            f"{desk.url}/n#{_code(keys['network'], member.member_id)}" if "network" in keys else "",
        )
        for member in invited
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def pulse_secrets(key: bytes, salt: bytes | None, member_ids: Iterable[str]) -> list[ballots.Secret]:
    """The secrets in the pulse links of these members, in their order. `salt` is that of a wave with short codes.

    Of short codes each takes 10 ms of a processor; all processors work on them.
    """
    if salt is None:
        return [ballots.secret(key, member_id) for member_id in member_ids]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        codes = (ballots.short_code(key, salt, member_id) for member_id in member_ids)
        return list(threads.map(partial(ballots.stretched, salt=salt), codes))


def _pulse_code(key: bytes, salt: bytes | None, member_id: str) -> str:
    return _code(key, member_id) if salt is None else ballots.short_code(key, salt, member_id)


def _code(key: bytes, member_id: str) -> str:
    return ballots.code(ballots.secret(key, member_id))
