"""Asks Cedar: the only module that turns policies and facts into an answer.

Loading refuses whatever could make an answer doubtful later. What the rules are stands in
policies/; which facts count stands in facts.py; what follows from an answer is access/decide.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cedarpy
import orjson
import structlog

from app.domain.actions import BY_CEDAR
from app.policy.entities import (
    Entity,
    Key,
    circumstances,
    entities_of,
    key_of,
    uid,
)
from app.policy.facts import Answer, Question
from app.policy.texts import InvalidPolicies, PolicyText, read_policies

SCHEMA_FILE = "schema.cedarschema"

_ACTION = re.compile(
    r'^ {2}action "(?P<name>[^"]+)"[^;{]* appliesTo \{(?P<applies>[^}]*)\};', re.MULTILINE
)
_RESOURCE = re.compile(r"resource: \[(?P<kinds>[^\]]*)\]")

log = structlog.get_logger("vitrine.policy")


@dataclass
class _Batch:
    """Questions that can share one slice, with their places in the order asked."""

    slice: dict[Key, Entity] = field(default_factory=dict)
    questions: list[tuple[int, Question]] = field(default_factory=list)


class PolicyEngine:
    """The policies of this installation, parsed and checked once."""

    def __init__(self, *, texts: Sequence[PolicyText], schema: cedarpy.Schema, digest: str) -> None:
        self._texts = tuple(texts)
        self._schema = schema
        self._policies = cedarpy.PolicySet.from_str("\n".join(policy.text for policy in texts))
        self.digest = digest

    @classmethod
    def load(cls, folder: Path) -> "PolicyEngine":
        """Read and check a folder of policies.

        Raises:
            InvalidPolicies: the schema or a policy cannot be parsed, a policy does not fit the
                schema (strict mode), an `@id` is missing or used twice, or the actions of the
                schema are not those of app.domain.actions.
        """
        schema = _read_schema(folder / SCHEMA_FILE)
        files = sorted(folder.glob("*.cedar"))
        if not files:
            raise InvalidPolicies(str(folder), "holds no policies")
        texts = [policy for path in files for policy in read_policies(path)]
        _require_unique_ids(texts)
        _require_valid(texts, schema)
        _require_same_actions(str(schema))
        return cls(texts=texts, schema=schema, digest=_digest([folder / SCHEMA_FILE, *files]))

    def policies(self) -> list[PolicyText]:
        """List every policy as (id, file, text, comment), for people to read."""
        return list(self._texts)

    def without(self, policy_id: str) -> "PolicyEngine":
        """Give the same policies but one, to show that it matters. Never used to decide."""
        return PolicyEngine(
            texts=[policy for policy in self._texts if policy.id != policy_id],
            schema=self._schema,
            digest=f"{self.digest}-without-{policy_id}",
        )

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Answer questions in one batch, in their order.

        Only Allow without a single error is allowed: a forbid that errors is skipped by Cedar,
        and a request that it cannot read gets no decision at all. Faults are logged.
        """
        answers: dict[int, Answer] = {}
        for batch in _batches(questions):
            asked = [question for _, question in batch.questions]
            results = self._evaluate(batch.slice, asked)
            for (place, question), answer in zip(batch.questions, results, strict=True):
                if answer.errors:
                    _log_fault(question, answer)
                answers[place] = answer
        return [answers[place] for place in range(len(questions))]

    def _evaluate(self, slice_: dict[Key, Entity], asked: Sequence[Question]) -> list[Answer]:
        try:
            entities = cedarpy.Entities.from_json_str(
                orjson.dumps(list(slice_.values())).decode(), self._schema
            )
        except ValueError as error:
            fault = Answer(allowed=False, policies=(), errors=(f"entities: {error}",))
            return [fault] * len(asked)
        results = cedarpy.is_authorized_batch(
            _requests(asked), self._policies, entities, self._schema
        )
        return [_answer(result) for result in results]


def _batches(questions: Sequence[Question]) -> list[_Batch]:
    """Put questions together as long as no thing is described in two ways.

    The same grant may look different to two people (did they accept the terms?), and Cedar
    refuses a slice that holds both.
    """
    batches: list[_Batch] = []
    built: dict[Any, Entity] = {}
    for place, question in enumerate(questions):
        needed = {key_of(entity): entity for entity in entities_of(question, built)}
        fitting = (
            batch
            for batch in batches
            if all(batch.slice.get(key, entity) == entity for key, entity in needed.items())
        )
        batch = next(fitting, None)
        if batch is None:
            batch = _Batch()
            batches.append(batch)
        batch.slice |= needed
        batch.questions.append((place, question))
    return batches


def _requests(asked: Sequence[Question]) -> list[dict[str, Any]]:
    contexts: dict[Any, str] = {}
    requests = []
    for question in asked:
        grant_id = None if question.grant is None else question.grant.id
        same = (question.now, grant_id)
        if same not in contexts:
            contexts[same] = orjson.dumps(circumstances(question)).decode()
        principal, resource = entities_of(question, {})[:2]
        requests.append(
            {
                "principal": principal["uid"],
                "action": uid("Action", question.action),
                "resource": resource["uid"],
                "context": contexts[same],
            }
        )
    return requests


def _answer(result: cedarpy.AuthzResult) -> Answer:
    errors = tuple(result.diagnostics.errors)
    if result.decision is cedarpy.Decision.NoDecision and not errors:
        errors = ("Cedar came to no decision",)
    named = result.diagnostics.id_annotations_by_reason
    policies = tuple(sorted(named[reason] for reason in result.diagnostics.reasons))
    allowed = result.decision is cedarpy.Decision.Allow and not errors
    return Answer(allowed=allowed, policies=policies, errors=errors)


def _log_fault(question: Question, answer: Answer) -> None:
    # Cedar's own messages are terse, so the ids of everything involved go along.
    log.error(
        "policy-fault",
        errors=answer.errors,
        action=question.action,
        principal=(question.person.kind, question.person.id),
        resource=(type(question.resource).__name__, _public_id(question)),
        grant=None if question.grant is None else question.grant.id,
    )


def _public_id(question: Question) -> str:
    return str(getattr(question.resource, "id", None) or getattr(question.resource, "code", ""))


def _read_schema(path: Path) -> cedarpy.Schema:
    try:
        return cedarpy.Schema.from_str(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidPolicies(path.name, f"cannot be read: {error}") from error


def _require_unique_ids(texts: Sequence[PolicyText]) -> None:
    counts = Counter(policy.id for policy in texts)
    for policy in texts:
        if counts[policy.id] > 1:
            raise InvalidPolicies(policy.file, f"{policy.id} names more than one policy")


def _require_valid(texts: Sequence[PolicyText], schema: cedarpy.Schema) -> None:
    for policy in texts:
        result = cedarpy.validate_policies(policy.text, schema)
        if not result.validation_passed:
            reasons = "; ".join(error.error for error in result.errors)
            raise InvalidPolicies(policy.file, f"{policy.id} does not fit the schema: {reasons}")


def _require_same_actions(schema: str) -> None:
    """Compare the schema, as Cedar prints it, with the one reviewed list of acts."""
    declared = {
        match["name"]: _resource_kinds(match["applies"]) for match in _ACTION.finditer(schema)
    }
    for name in sorted(declared.keys() ^ BY_CEDAR.keys()):
        where = "is an action that no code knows" if name in declared else "is missing"
        raise InvalidPolicies(SCHEMA_FILE, f"{name} {where}")
    for name, kinds in declared.items():
        target = BY_CEDAR[name].target
        if kinds != {target.capitalize()}:
            raise InvalidPolicies(SCHEMA_FILE, f"{name} must apply to {target}, not {kinds}")


def _resource_kinds(applies: str) -> set[str]:
    match = _RESOURCE.search(applies)
    return set() if match is None else {kind.strip() for kind in match["kinds"].split(",")}


def _digest(paths: Sequence[Path]) -> str:
    """Hash the files by name and content; lengths keep two files from passing for one."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        total.update(f"{path.name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()
