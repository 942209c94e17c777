"""The API, described: for programs in OpenAPI 3.1, for people as a page. Both are read off the table of addresses."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

from dashboard import signing_in
from dashboard.addresses import ADDRESSES, API, LONGEST, PARAMETERS, Address, Column
from data import organization
from surveys import pages
from surveys.desk import Desk

PROBLEM = "application/problem+json"
REFUSALS: Mapping[str, str] = {
    "401": "There is no token, or it reads nothing, or nothing any more.",
    "403": "The role of this token does not read this.",
    "404": "There is no such wave, team or dimension, or it is not yours to read.",
    "422": "A parameter is not known here, or is not one value.",
    "429": "Too many tokens that read nothing came from here within a minute.",
}


@cache
def openapi() -> dict[str, Any]:
    """Write the description that programs read. It says nothing of the organization."""
    rows = {name: _row(columns) for address in ADDRESSES for name, columns in address.tables.items()}
    problem = _object({"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rapport",
            "version": version("rapport"),
            "description": "Findings that passed the disclosure gate, as far as the holder of the token may read them.",
        },
        "paths": {address.path: {"get": _operation(address)} for address in ADDRESSES},
        "security": [{"token": []}],
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "rapport token make"}},
            "schemas": {**rows, "problem": problem},
        },
    }


def _operation(address: Address) -> dict[str, Any]:
    of = {name: {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}} for name in address.tables}
    body = _object({"organization": {"type": "string"}, "made_up": {"type": "boolean"}, **of})
    problem = {PROBLEM: {"schema": {"$ref": "#/components/schemas/problem"}}}
    return {
        "operationId": address.name,
        "summary": address.gives,
        "parameters": [_parameter(name) for name in address.parameters],
        "responses": {
            "200": {"description": address.gives, "content": {"application/json": {"schema": body}}},
            "304": {"description": "Nothing has changed since the answer that If-None-Match names."},
            **{status: {"description": why, "content": problem} for status, why in REFUSALS.items()},
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": LONGEST}
    return {"name": name, "in": "query", "description": PARAMETERS[name], "schema": text}


def _row(columns: tuple[Column, ...]) -> dict[str, Any]:
    return _object({column.name: {**column.kind.schema, "description": column.means} for column in columns})


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def page(desk: Desk) -> str:
    """Write the page for people."""
    with desk.store.reading() as db:
        house = pages.House(
            organization=organization.setting(db, "organization"),
            made_up=organization.setting(db, "made_up") == "yes",
            address=desk.url,
        )
    return signing_in.templates.get_template("api.html").render(
        house=house, say=house.say, api=API, addresses=ADDRESSES, parameters=PARAMETERS, refusals=REFUSALS
    )
