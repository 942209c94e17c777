"""The personal links of a wave, made from its keys whenever they are needed and stored nowhere."""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pandas as pd

from data import roster, waves
from data.records import Problem
from surveys import ballots
from surveys.desk import Desk

COLUMNS = ["member_id", "name", "email", "pulse_url", "network_url"]
SHORT = "short"
"""Stands in the key file of a wave whose pulse links have short codes, to be typed on a device that many use."""


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
            _url(desk, "p", keys, "pulse", member.member_id),
            _url(desk, "n", keys, "network", member.member_id),
        )
        for member in invited
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def pulse_secrets(keys: Mapping[str, bytes], member_ids: Iterable[str]) -> list[ballots.Secret]:
    """The secrets in the pulse links of these members, in their order.

    Of short codes each takes 10 ms of a processor; all processors work on them.
    """
    key = keys["pulse"]
    if SHORT not in keys:
        return [ballots.secret(key, member_id) for member_id in member_ids]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(ballots.stretched, map(partial(ballots.short_code, key), member_ids)))


def _url(desk: Desk, form: str, keys: Mapping[str, bytes], name: str, member_id: str) -> str:
    if name not in keys:
        return ""
    if name == "pulse" and SHORT in keys:
        return f"{desk.url}/{form}#{ballots.short_code(keys[name], member_id)}"
    return f"{desk.url}/{form}#{ballots.code(ballots.secret(keys[name], member_id))}"
