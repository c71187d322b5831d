"""The description of the JSON API (OpenAPI), made from the routes of the running application.

It says what a program needs beyond the routes: how it signs in, the header that a change carries,
and the one shape of every refusal. Not here: who may read it (features/home/api.py).
"""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from app.web.csrf import API_HEADER
from app.web.session import COOKIE

_ABOUT = (
    "The same acts and the same views as the pages, decided by the same policies and recorded in "
    f"the same log. Send the session's cookie; a POST carries the header {API_HEADER} (any value). "
    "What may not be known answers 404, like what does not exist."
)
_PROBLEM = {
    "title": "Problem",
    "description": "Why nothing was done, safe to show (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "kept": {"type": "string"},
        "remedy": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "request_id": {"type": "string"},
    },
}
_REFUSED = {
    "description": "Refused: nothing was shown or changed.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe(app: FastAPI, *, examples: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Give the description of an application's JSON API; `examples` by the name of the schema."""
    made = app.openapi()
    components = made.setdefault("components", {})
    if "securitySchemes" in components:  # the framework keeps what it made
        return made
    made["info"]["description"] = _ABOUT
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):  # ours is a Problem
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    for name, example in examples.items():
        schemas[name]["examples"] = [example]
    components["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
        "change": {"type": "apiKey", "in": "header", "name": API_HEADER},
    }
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            change: dict[str, list[str]] = {"change": []} if method == "post" else {}
            operation["security"] = [{"session": [], **change}] if path.startswith("/api/") else []
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _REFUSED
    return made
