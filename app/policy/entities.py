"""Turns facts into what Cedar reads: entities, their identifiers, and the circumstances.

Here belongs the shape of the schema's types and nothing else: no rule, no row, no question asked.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from app.policy.facts import (
    AssessmentFacts,
    AssuranceFacts,
    CategoryFacts,
    ChallengeFacts,
    FindingDraftFacts,
    FindingFacts,
    GrantFacts,
    InstallationFacts,
    NoteFacts,
    OrganisationFacts,
    PackFacts,
    PersonFacts,
    Question,
    ReceiptFacts,
    RecommendationFacts,
    RedactionFacts,
    ReportFacts,
    RequestFacts,
    ResourceFacts,
    ReviewFacts,
    StatementFacts,
    VersionFacts,
)

NAMESPACE = "Vitrine"
SIDES = frozenset({"publisher", "reviewer"})

Uid = dict[str, str]
Entity = dict[str, Any]
Key = tuple[str, str]


def uid(kind: str, public_id: str) -> Uid:
    """Name a thing: its type in the schema and its public id."""
    return {"type": f"{NAMESPACE}::{kind}", "id": public_id}


def moment(value: datetime) -> dict[str, dict[str, str]]:
    """Write a moment as Cedar takes it: UTC, milliseconds (cut off, not rounded), `Z`.

    Cutting both sides of a comparison keeps "at or after the end" exact to the microsecond on
    the refusing side; a beginning may be seen up to one millisecond early.

    Raises:
        ValueError: the moment has no time zone.
    """
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    text = value.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    return {"__extn": {"fn": "datetime", "arg": f"{text}Z"}}


def key_of(entity: Entity) -> Key:
    """Give what an entity may occur under only once in a slice."""
    return entity["uid"]["type"], entity["uid"]["id"]


def circumstances(question: Question) -> dict[str, Any]:
    """Build the context of a question: the database's clock, and the grant if there is one."""
    context: dict[str, Any] = {"now": moment(question.now)}
    if question.grant is not None:
        context["grant"] = _reference("Grant", question.grant.id)
    return context


def principal_entity(person: PersonFacts) -> Entity:
    """Describe the one who asks: a person (operators act as persons), a job, or nobody."""
    if person.kind == "job":
        return _entity("Job", person.id)
    if person.kind not in {"person", "operator"}:
        return _entity("Nobody", person.id)
    parents = [uid("Role", role) for role in sorted(person.roles)]
    if person.side in SIDES:
        parents.append(uid("Side", person.side))
    if person.organisation_id is not None:
        parents.append(uid("Organisation", person.organisation_id))
    attributes = {"organisationSuspended": person.organisation_suspended}
    return _entity("Person", person.id, attributes, parents)


@singledispatch
def resource_entity(facts: ResourceFacts) -> Entity:
    """Describe what an act is done to.

    Raises:
        TypeError: facts of a kind that the schema does not know.
    """
    raise TypeError(f"no entity for {type(facts).__name__}")


@resource_entity.register
def _installation(facts: InstallationFacts) -> Entity:
    return _entity("Installation", facts.id)


@resource_entity.register
def _organisation(facts: OrganisationFacts) -> Entity:
    attributes = {"kind": facts.kind, "suspended": facts.suspended, "led": facts.led}
    return _entity("Organisation", facts.id, attributes)


@resource_entity.register
def _report(facts: ReportFacts) -> Entity:
    return _entity(
        "Report",
        facts.id,
        {"owner": _reference("Person", facts.owner_id), "dossier": facts.dossier},
    )


@resource_entity.register
def _version(facts: VersionFacts) -> Entity:
    attributes = {
        "report": _reference("Report", facts.report_id),
        "state": facts.state,
        "importer": _reference("Person", facts.importer_id),
        "reportOwner": _reference("Person", facts.report_owner_id),
        "owners": _references("Person", facts.owner_ids),
        "wholeOwners": _references("Person", facts.whole_owner_ids),
        "dossier": facts.dossier,
    }
    return _entity("Version", facts.id, attributes)


@resource_entity.register
def _category(facts: CategoryFacts) -> Entity:
    return _entity("Category", facts.code)


@resource_entity.register
def _grant(facts: GrantFacts) -> Entity:
    attributes: dict[str, Any] = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "version": _reference("Version", facts.version_id),
        "lifted": _references("Category", facts.lifted),
        "state": facts.state,
        "working": facts.working,
        "internal": facts.internal,
        "startsAt": moment(facts.starts_at),
        "endsAt": moment(facts.ends_at),
        "proposedBy": _reference("Person", facts.proposed_by),
        "needsSecondPerson": facts.needs_second_person,
        "undertaken": facts.undertaken,
        "handling": facts.handling,
        "attached": facts.attached,
        "slip": facts.slip,
    }
    if facts.person_ids is not None:
        attributes["persons"] = _references("Person", facts.person_ids)
    return _entity("Grant", facts.id, attributes)


@resource_entity.register
def _redaction(facts: RedactionFacts) -> Entity:
    attributes = {
        "version": _reference("Version", facts.version_id),
        "state": facts.state,
        "proposedBy": _reference("Person", facts.proposed_by),
    }
    return _entity("Redaction", facts.id, attributes)


@resource_entity.register
def _assessment(facts: AssessmentFacts) -> Entity:
    organisation = _reference("Organisation", facts.organisation_id)
    return _entity("Assessment", facts.id, {"organisation": organisation, "state": facts.state})


@resource_entity.register
def _challenge(facts: ChallengeFacts) -> Entity:
    attributes: dict[str, Any] = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "state": facts.state,
        "involved": _references("Person", facts.involved_ids),
    }
    if facts.narrowed_by is not None:
        attributes["narrowedBy"] = _reference("Person", facts.narrowed_by)
    return _entity("Challenge", facts.id, attributes)


@resource_entity.register
def _review(facts: ReviewFacts) -> Entity:
    attributes = {
        "report": _reference("Report", facts.report_id),
        "organisation": _reference("Organisation", facts.organisation_id),
        "state": facts.state,
        "inForce": facts.in_force,
        "leadFiles": facts.lead_files,
    }
    return _entity("Review", facts.id, attributes)


@resource_entity.register
def _receipt(facts: ReceiptFacts) -> Entity:
    attributes: dict[str, Any] = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "slip": facts.slip,
    }
    if facts.kept_to is not None:
        attributes["keptTo"] = _references("Person", facts.kept_to)
    return _entity("Receipt", facts.id, attributes)


@resource_entity.register
def _request(facts: RequestFacts) -> Entity:
    attributes: dict[str, Any] = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "state": facts.state,
        "draftedBy": _reference("Person", facts.drafted_by),
        "responders": _references("Person", facts.responder_ids),
        "answerDrafters": _references("Person", facts.answer_drafter_ids),
        "appealInvolved": _references("Person", facts.appeal_involved_ids),
        "interviewDrafters": _references("Person", facts.interview_drafter_ids),
        "leadSubmits": facts.lead_submits,
    }
    if facts.kept_to is not None:
        attributes["keptTo"] = _references("Person", facts.kept_to)
    return _entity("Request", facts.id, attributes)


@resource_entity.register
def _finding(facts: FindingFacts) -> Entity:
    attributes: dict[str, Any] = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "state": facts.state,
        "findingClass": facts.finding_class,
        "filedBy": _reference("Person", facts.filed_by),
        "owners": _references("Person", facts.owner_ids),
        "attachers": _references("Person", facts.attacher_ids),
        "responsible": _references("Person", facts.responsible_ids),
    }
    if facts.author_id is not None:
        attributes["author"] = _reference("Person", facts.author_id)
    if facts.rejection_proposed_by is not None:
        attributes["rejectionProposedBy"] = _reference("Person", facts.rejection_proposed_by)
    if facts.alerted_id is not None:
        attributes["alerted"] = _reference("Person", facts.alerted_id)
    return _entity("Finding", facts.id, attributes)


@resource_entity.register
def _note(facts: NoteFacts) -> Entity:
    attributes = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "writer": _reference("Person", facts.writer_id),
        "shared": facts.shared,
    }
    return _entity("Note", facts.id, attributes)


@resource_entity.register
def _finding_draft(facts: FindingDraftFacts) -> Entity:
    attributes = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "writer": _reference("Person", facts.writer_id),
        "state": facts.state,
        "open": facts.open,
        "ready": facts.ready,
        "people": _references("Person", facts.people_ids),
    }
    return _entity("FindingDraft", facts.id, attributes)


@resource_entity.register
def _pack(facts: PackFacts) -> Entity:
    attributes: dict[str, Any] = {"writer": _reference("Person", facts.writer_id)}
    if facts.organisation_id is not None:
        attributes["organisation"] = _reference("Organisation", facts.organisation_id)
    return _entity("Pack", facts.id, attributes)


@resource_entity.register
def _assurance(facts: AssuranceFacts) -> Entity:
    attributes: dict[str, Any] = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "state": facts.state,
    }
    if facts.drafted_by is not None:
        attributes["draftedBy"] = _reference("Person", facts.drafted_by)
    if facts.signatory_id is not None:
        attributes["signatory"] = _reference("Person", facts.signatory_id)
    return _entity("Assurance", facts.id, attributes)


@resource_entity.register
def _recommendation(facts: RecommendationFacts) -> Entity:
    organisation = _reference("Organisation", facts.organisation_id)
    return _entity("Recommendation", facts.id, {"organisation": organisation, "state": facts.state})


@resource_entity.register
def _statement(facts: StatementFacts) -> Entity:
    attributes: dict[str, Any] = {
        "organisation": _reference("Organisation", facts.organisation_id),
        "state": facts.state,
        "reportOwner": _reference("Person", facts.report_owner_id),
        "openTo": sorted(facts.open_to),
        "commentable": facts.commentable,
        "released": facts.released,
        "named": facts.named,
        "asked": facts.asked,
        "due": facts.due,
    }
    return _entity("Statement", facts.id, attributes)


def entities_of(question: Question, built: dict[Any, Entity]) -> list[Entity]:
    """List the entities that one question needs: who asks, what about, and the grant.

    `built` remembers entities by their facts, so that a batch describes each thing once.
    """
    described = [
        _once(built, question.person, principal_entity),
        _once(built, question.resource, resource_entity),
    ]
    if question.grant is not None:
        described.append(_once(built, question.grant, resource_entity))
    return described


def _once(built: dict[Any, Entity], facts: Any, describe: Callable[[Any], Entity]) -> Entity:
    if facts not in built:
        built[facts] = describe(facts)
    return built[facts]


def _entity(
    kind: str,
    public_id: str,
    attributes: dict[str, Any] | None = None,
    parents: list[Uid] | None = None,
) -> Entity:
    return {"uid": uid(kind, public_id), "attrs": attributes or {}, "parents": parents or []}


def _reference(kind: str, public_id: str) -> dict[str, Uid]:
    return {"__entity": uid(kind, public_id)}


def _references(kind: str, public_ids: Iterable[str]) -> list[dict[str, Uid]]:
    return [_reference(kind, public_id) for public_id in sorted(public_ids)]
