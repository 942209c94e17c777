"""What nobody thought of, sent to every route of ours: each answers as it is described here, and none breaks.

schemathesis makes requests from the description: such as it allows, and such as it does not.
"""

from datetime import timedelta

import httpx2
import pandas as pd
import pytest
import schemathesis
from asking import WAVE, ask
from conftest import full
from hypothesis import HealthCheck, given, settings
from larkfield import Company, keep
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served import served

from dashboard import addresses, tokens
from dashboard.addresses import API
from dashboard.api import OPENAPI
from data import introducing, roster, ties, waves
from surveys import ballots

EACH = {"get": 100, "post": 1_000} if full else {"get": 2, "post": 15}
"""Requests a route and mode; a form has more that can go wrong."""
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


def description(pulse, network, introduced):
    """Our routes in OpenAPI's words. The codes of a real link are among the examples, so that forms are reached too."""

    def page(*statuses):
        return {str(status): {"description": "a page", "content": {"text/html": {}}} for status in statuses}

    def says(*statuses):
        return {str(status): {"description": "a word", "content": {"text/plain": {}}} for status in statuses}

    def goes(status):
        return {str(status): {"description": "elsewhere"}}

    def form(code, **fields):
        codes = {"enum": [code, code.lower(), "nonsense", ""]}
        filled_in = {"type": "object", "required": ["code"], "properties": {"code": codes, **fields}}
        ways = ("application/x-www-form-urlencoded", "multipart/form-data")
        return {"content": {way: {"schema": filled_in} for way in ways}}

    def asked(responses, *more):
        query = {"name": "code", "in": "query", "schema": {"type": "string"}}
        language = {"name": "accept-language", "in": "header", "schema": {"type": "string"}}
        return {"parameters": [query, language, *more], "responses": responses}

    text, rating = {"type": "string"}, {"enum": ["", "1", "3", "5", "6", "five"]}
    yes = {"enum": ["yes", "no", "maybe"]}
    whom = {"type": "array", "items": {"enum": ["m00", "m01", "m02", "m99", ""]}}
    pulse_fields = {"answers": {"const": "1"}, "T1": rating, "C1": rating, "L1": rating, "T9": rating, "comment": text}
    network_fields = {
        "answers": {"const": "1"}, "work": whom, "help": whom, "meet": whom, "avoid": whom, "often-m01": text,
        "map": yes, "introductions": yes, "find": {"enum": ["work", "help", "x"]}, "find-work": text,
        "consent": {"const": "1"}, "change": {"const": "1"}, "erase": {"enum": ["ask", "yes"]}, "take_back": text,
        "work_nobody": text,
    }  # fmt: skip
    introduction_fields = {"answer": yes, "told": {"const": "1"}, "met": yes, "remind": text}
    file = {"name": "path", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    posted = page(200, 400, 404, 408, 410, 413, 422, 429)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rapport", "version": "1"},
        "paths": {
            "/p": {
                "get": asked(page(200)),
                "post": {"requestBody": form(pulse, **pulse_fields), "responses": posted | goes(303)},
            },
            "/n": {
                "get": asked(page(200)),
                "post": {"requestBody": form(network, **network_fields), "responses": posted | goes(303)},
            },
            **{
                path: {"get": asked(page(200)), "post": {"requestBody": form(pulse), "responses": posted}}
                for path in ("/p/thanks", "/n/thanks", "/kiosk/p/thanks", "/privacy", "/kiosk/privacy")
            },
            "/kiosk": {"get": asked(goes(303))},
            "/kiosk/p": {
                "get": asked(page(200)),
                "post": {"requestBody": form(pulse, **pulse_fields), "responses": posted | goes(303)},
            },
            "/i": {
                "get": asked(page(200)),
                "post": {"requestBody": form(introduced, **introduction_fields), "responses": posted},
            },
            "/favicon.ico": {"get": asked({"200": {"description": "an icon", "content": {"image/png": {}}}})},
            "/assets/{path}": {"get": asked(says(401, 404), file)},
            "/signin": {
                "get": asked(page(200)),
                "post": {
                    "requestBody": form(pulse, enter={"const": "1"}),
                    "responses": {**page(200, 429), "403": {"description": "a page or a word"}, **says(413)},
                },
            },
            "/signin/with": {"get": asked(goes(303))},
            "/signin/back": {"get": asked(goes(303))},
            "/signin/password": {
                "post": {
                    "requestBody": form(pulse, name={"type": "string"}, digits={"type": "string"}),
                    "responses": {**page(200, 429), "403": {"description": "a page or a word"}, **says(413)},
                },
            },
            "/auth/logout": {"get": asked(goes(303)), "post": asked(goes(303))},
            API: {"get": asked(page(200))},
            OPENAPI: {"get": asked({"200": {"description": "OpenAPI", "content": {"application/json": {}}}})},
            "/_stcore/health": {"get": asked(says(200))},
            "/health": {"get": asked(says(200))},
            "/ready": {"get": asked(says(200))},
        },
    }


def asked_alone(desk):
    """The code with which the first member is asked about the second."""
    with desk.store.writing() as db:
        for member_id in ("m00", "m01"):
            ties.set_consent(db, member_id, map=True, introductions=True)
        wave = waves.wave(db, WAVE)
        rows = [{
            "rank": 1, "member_a": "m00", "member_b": "m01", "score": 1.0, "feasibility": 0.2, "low": 0.1, "high": 0.3,
            "value": 1.0, "introducer": None, "why": "Both list pricing.", "arm": "chosen", "answer": None,
        }]  # fmt: skip
        ties.keep_network(db, wave.wave_id, pd.DataFrame(columns=["member_id"]), pd.DataFrame(rows))
        secret = ballots.invitation(desk.keys.read(wave.wave_id)["network"], "m00", "m01")
        introducing.ask(db, wave.wave_id, {("m00", "m01"): ballots.link_hash(secret)}, desk.today())
    return ballots.code(secret)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_route_breaks_whatever_it_is_sent(desk, clock, mode):
    pulse, network = ask(desk)["m00"]
    schema = schemathesis.openapi.from_dict(description(pulse, network, asked_alone(desk)))
    operations = [found.ok() for found in schema.get_all_operations()]
    sent = []

    with served(desk) as address, httpx2.Client(base_url=address) as http:
        for operation in operations:
            send_all(operation, mode, address, clock, sent)
        still_there = http.post("/p", data={"code": pulse}).status_code

    print(f"{len(sent)} requests, {mode}: {sorted(set(sent))}")  # noqa: T201  shown by `pytest -rP`: what was tried
    assert len(operations) == 33
    assert len(sent) >= len(operations)
    assert not [status for status in sent if status >= 500]
    assert still_there == 200


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("role", "member"), [("administrator", None), ("lead", "m0000"), ("auditor", "m0001")])
def test_the_api_answers_whatever_it_is_asked_as_its_own_description_says(desk, clock, mode, role, member):
    keep(desk, Company(teams=("Sales", "Support", "Finance"), size=8, waves=2))
    with desk.store.writing() as db:
        roster.appoint(db, "m0001", "auditor")
    token, _ = tokens.new(desk, "schemathesis", role=role, member_id=member)
    sent = []

    with served(desk) as address:
        described = httpx2.get(f"{address}{OPENAPI}").json()
        for operation in described["paths"].values():
            for parameter in operation["get"]["parameters"]:
                parameter["schema"] = {"anyOf": [{"enum": KNOWN[parameter["name"]]}, parameter["schema"]]}
        operations = [found.ok() for found in schemathesis.openapi.from_dict(described).get_all_operations()]
        for operation in operations:
            send_all(operation, mode, address, clock, sent, headers={"Authorization": f"Bearer {token}"})

    assert len(operations) == len(addresses.ADDRESSES)
    assert not [status for status in sent if status >= 500]
    assert mode is GenerationMode.NEGATIVE or (403 if role == "auditor" else 200) in sent


KNOWN = {"wave": ["2026-Q3", "2026-Q2"], "team": ["Sales", "organization"], "dimension": ["trust"]}
"""What there is in that company: so that something is found, too."""


def send_all(operation, mode, address, clock, sent, *, headers=None):
    """Send what schemathesis makes up for one route, and hold each answer against the description."""

    @settings(max_examples=EACH[operation.method], database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(mode))
    def send(case):
        clock.now += timedelta(seconds=5)
        answer = case.call(base_url=address, headers=headers, allow_redirects=False)
        sent.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    send()
