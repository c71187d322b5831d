"""A body that each address of the JSON API can read, made from what the route itself declares.

Here: the smallest valid wish of a command, with the ids of things of organisation A. Not here:
whether it may be granted; most of these wishes are made by people who may not.
"""

from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter

from app.domain.actions import Action
from app.domain.claims import CODE
from app.features.versions.schemas import PART_KEY
from app.kernel.clock import now
from app.web.routing import DeclaredRoute
from tests.matrix.canary_world import CanaryWorld

Schema = dict[str, Any]

OF_A = {
    "report": "shared", "version": "shared", "organisation": "ORGA", "review": "ORGA",
    "grant": "ORGA", "receipt": "ORGA", "request": "SUBMITTED", "finding": "ANSWERED",
    "template": "ORGA",
    "redaction": "COM", "assessment": "DRAFT", "challenge": "OPEN",
    "membership": "ORGA", "provider": "ORGA", "invitation": "ORGA",
    "note": "PRIVATE", "team": "MONITORING", "absence": "AUTHOR", "pack": "ORGA",
    "run": "ORGA", "rule": "MONITORING", "claim": "OPEN",
    "recommendation": "FILED", "assurance": "OPEN", "key": "APPROVER",
    "statement": "SHARED", "comment": "SHARED",
    "draft": "PRIVATE", "file": "PRIVATE",
}  # fmt: skip
# Who may act: by action, else by the first part of the address.
WHO_BY_ACTION = {
    Action.PROPOSE_REDACTION: "author", Action.WITHDRAW_REDACTION: "author",
    Action.MANAGE_TEMPLATES: "approver", Action.COMMENT_REDACTION: "author",
    Action.CHANGE_REDACTION: "author", Action.CARRY_REDACTIONS: "author",
    Action.RESTORE_REDACTION: "author", Action.CARRY_CLAIMS: "author",
    Action.READ_IMPACT: "coordinator", Action.DECIDE_MATERIAL: "coordinator",
    Action.DECIDE_REDACTION: "approver", Action.APPROVE_GRANT: "approver",
    Action.REJECT_FINDING: "approver", Action.RELEASE_ANSWER: "approver",
    Action.SEND_BACK_ANSWER: "approver", Action.ANSWER_FINDING: "author",
    Action.READ_INGESTION: "author", Action.CONFIRM_WORDS: "author",
    Action.APPROVE_PDF: "author",
    Action.DOWNLOAD_VERSION: "lead_a", Action.VIEW_AS: "author",
    Action.MARK_CLAIM: "author", Action.CREATE_REPORT: "author", Action.IMPORT_VERSION: "author",
    Action.GRANT_INTERNALLY: "coordinator", Action.PUBLISH_VERSION: "coordinator",
    Action.ASSIGN_OWNER: "coordinator", Action.REROUTE_FINDING: "coordinator",
    Action.ACCEPT_TERMS: "lead_a", Action.TRIAGE_REQUEST: "coordinator",
    Action.ASSIGN_REQUEST: "coordinator", Action.ASK_CLARIFICATION: "coordinator",
    Action.NOTE_REQUEST: "coordinator", Action.DRAFT_ANSWER: "responder",
    Action.DECIDE_CHALLENGE: "approver", Action.CONFIRM_NARROWING: "approver",
    Action.ARRANGE_INTERVIEW: "responder", Action.DRAFT_INTERVIEW_NOTES: "responder",
    Action.SIGN_INTERVIEW_NOTES: "approver",
    Action.ATTACH_FILE: "responder",
    Action.ATTACH_TO_FINDING: "author", Action.GIVE_FILE: "approver",
    Action.HAND_OVER_PART: "responder", Action.LIST_TEAMS: "responder",
    Action.LIST_RULES: "coordinator", Action.MANAGE_RULES: "coordinator",
    Action.MERGE_REQUEST: "coordinator", Action.WORD_SHARED_QUESTION: "coordinator",
    Action.MANAGE_TEAMS: "coordinator", Action.NOTE_ABSENCE: "author",
    Action.OFFER_PACK: "coordinator",
    Action.COMPARE_POSITIONS: "coordinator", Action.RESPOND_TO_RECOMMENDATION: "coordinator",
    Action.REQUEST_ASSURANCE: "coordinator", Action.DRAFT_ASSURANCE: "coordinator",
    Action.SIGN_ASSURANCE: "approver", Action.RELEASE_ASSURANCE: "approver",
    Action.WITHDRAW_ASSURANCE: "coordinator", Action.MANAGE_WORDINGS: "coordinator",
    Action.KEEP_SIGNING_KEYS: "approver",
    Action.READ_POSITIONS: "lead_a", Action.KEEP_POSITIONS: "lead_a",
    Action.RELEASE_POSITIONS: "lead_a", Action.DRAFT_RECOMMENDATION: "lead_a",
    Action.CARRY_RECOMMENDATIONS: "lead_a",
    Action.OPEN_WORKSPACE: "lead_a", Action.START_STATEMENT: "lead_a",
    Action.COMMENT_STATEMENT: "coordinator",
    Action.DECIDE_PUBLICATION: "coordinator", Action.NARROW_STATEMENT: "approver",
    Action.TRIAGE_SEVERAL: "coordinator", Action.READ_COCKPIT: "coordinator",
    Action.CHECK_ANSWER: "responder", Action.MANAGE_ORGANISATIONS: "administrator",
    Action.ASK_DETAIL: "author", Action.LINK_FIX: "author", Action.ANSWER_SEVERAL: "author",
    Action.READ_DESK: "author", Action.EXPORT_DESK: "author",
    Action.READ_CLAW_BACK: "coordinator", Action.CLAW_BACK: "coordinator",
    Action.LIST_CLAW_BACKS: "coordinator", Action.READ_OPEN_POINTS: "coordinator",
    Action.MARK_FINAL: "coordinator", Action.PROPOSE_MOOT: "author",
    Action.READ_MAILS: "administrator", Action.RETRY_MAIL: "administrator",
}  # fmt: skip
WHO_BY_PLACE = {
    "reviews": "coordinator", "grants": "coordinator", "log": "auditor", "health": "administrator",
    "policies": "administrator",
}  # fmt: skip
BY_PATTERN = {
    r"^[0-9a-f]{64}$": "0" * 64,
    r"^[a-z0-9-]{2,40}$": "new-wording",
    r"^[A-Z][A-Z0-9]{1,11}$": "NEW1",
    CODE: "9.9",
    PART_KEY: "title:pth_none",
    r"^[^@\s<>\",;]{1,64}@[^@\s<>\",;]{1,190}\.[^@\s<>\",;.]{2,60}$": "new@example.test",
}


def who_acts(route: DeclaredRoute) -> str:
    """Give somebody who may do what a route stands for, to a thing of organisation A."""
    assert isinstance(route.declared, Action)
    place = route.path.removeprefix("/api/v1").split("/")[1]
    return WHO_BY_ACTION.get(route.declared, WHO_BY_PLACE.get(place, "lead_a"))


def command_schema(route: DeclaredRoute) -> Schema | None:
    """Give the JSON schema of a route's body; None where it takes none, or a file."""
    parameters = route.dependant.body_params
    if len(parameters) != 1:
        return None
    schema = TypeAdapter(parameters[0].field_info.annotation).json_schema()
    return schema if "properties" in schema else None


def things(world: CanaryWorld) -> dict[str, object]:
    """Give, by the name of a field, an id of something that exists."""
    reviewer = world.reviewer_a
    return {
        "version_id": world.ids["version"]["shared"],
        "organisation_id": world.organisations["ORGA"],
        "review_id": world.ids["review"]["ORGA"],
        "person_id": world.author.id,
        "owner_id": world.author.id,
        "person_ids": [world.internal_reader.id],
        "responder_id": world.responder.id,
        "team_id": world.ids["team"]["MONITORING"],
        "page_from": 1,
        "into": world.ids["request"]["PARTED"],
        "topic": None,
        "question": "Which words?",
        "part_id": world.ids["part"]["PARTED"],
        "attachment_id": world.ids["attachment"]["PARTED"],
        "members": [world.responder.id],
        "said_on": "2026-05-04",
        "pages": [1],
        "starts_on": "2990-01-01",
        "ends_on": "2990-01-02",
        "membership": reviewer.membership_id,
        "redaction": world.ids["redaction"]["proposed"],
        "group": world.ids["redaction"]["proposed"],
        "groups": [world.ids["redaction"]["proposed"]],
        "categories": ["SEC"],
        "redactions": [world.ids["redaction"]["proposed"]],
        "earlier": world.ids["version"]["earlier"],
        "mark": world.ids["redaction"]["earlier"],
        "marks": [world.ids["redaction"]["earlier"]],
        "items": [world.ids["waiting"]["item"]],
        "code": "NEW1",  # of an organisation, and of a claim
        "quote": "This report was written for outside reviewers",
        "item_id": world.ids["item"]["shared"],
        "ownership_id": "own_none",
        "as_of": "2026-05-04",
        "signatory_id": world.approver.id,
        "claims": [world.ids["claim"]["OPEN"]],
        "deleted_on": now().date().isoformat(),
        "pathways": [],
        "template": "",
        "request_id": "",
        "supersedes": "",
        "recommendations": [world.ids["recommendation"]["FILED"]],
        "slot_id": "its_none",
        "notes_id": "itn_none",
        "requests": [world.ids["request"]["DRAFT"]],
        "findings": [world.ids["finding"]["ANSWERED"]],
        "organisations": [world.organisations["ORGA"]],
        "finding_id": world.ids["finding"]["ANSWERED"],
        "message_id": world.ids["message"]["ORGA"],
        "deletion_id": world.ids["deletion"]["ORGA"],
        "refers_to": None,
        "tell": [],
        "drafts": [world.ids["draft"]["OPENED"]],
        "file_id": world.ids["file"]["PRIVATE"],
        "candidates": [{"number": 1, "page": 1, "statement": "x"}],
    }


def smallest(schema: Schema, known: dict[str, object]) -> Any:
    """Give the smallest value that a schema allows; fields known by name get what is known."""
    return _of(schema, schema.get("$defs", {}), known)


def _of(schema: Schema, defs: dict[str, Schema], known: dict[str, object]) -> Any:
    if "$ref" in schema:
        return _of(defs[schema["$ref"].rpartition("/")[2]], defs, known)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _of(schema["anyOf"][0], defs, known)
    if schema["type"] == "object":
        return {
            name: known[name] if name in known else _of(part, defs, known)
            for name, part in schema.get("properties", {}).items()
            if name in schema.get("required", ()) or name in known
        }
    if schema["type"] == "array":
        items = schema.get("prefixItems") or [schema["items"]] * schema.get("minItems", 0)
        return [_of(item, defs, known) for item in items]
    return _plain(schema)


def _plain(schema: Schema) -> Any:
    if schema["type"] == "string":
        if "pattern" in schema:
            return BY_PATTERN[schema["pattern"]]
        if schema.get("format") == "date-time":
            return (now() + timedelta(hours=1)).isoformat()
        return "w" * max(8, schema.get("minLength", 0))
    return {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}[schema["type"]]
