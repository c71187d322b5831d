"""Asks Cedar: the only module that turns policies and facts into an answer.

Loading refuses whatever could make an answer doubtful later. What the rules are stands in
policies/; which facts count stands in facts.py; what follows from an answer is access/decide.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cedarpy
import orjson
import structlog
from cedarpy import pst

from app.policy.entities import Entity, Key, circumstances, entities_of, key_of, uid
from app.policy.facts import Answer, Question
from app.policy.texts import InvalidPolicies, PolicyText, read_policies
from app.policy.vocabulary import Act, read_acts, read_schema

SCHEMA_FILE = "schema.cedarschema"
_MOST_CHECKED = 512

log = structlog.get_logger("vitrine.policy")


@dataclass
class _Batch:
    """Questions about one act that can share one slice, with their places in the order asked."""

    action: str
    slice: dict[Key, Entity] = field(default_factory=dict)
    questions: list[tuple[int, Question]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def takes(self, action: str, needed: Mapping[Key, Entity]) -> bool:
        """Say whether these entities can join: Cedar refuses one thing described in two ways."""
        return self.action == action and all(
            self.slice.get(key, entity) == entity for key, entity in needed.items()
        )


class PolicyEngine:
    """The policies of this installation, parsed and checked once."""

    def __init__(
        self,
        *,
        texts: Sequence[PolicyText],
        schema: cedarpy.Schema,
        acts: Mapping[str, Act],
        digest: str,
    ) -> None:
        self._schema = schema
        self._acts = acts
        self._parsed = [(policy, _parse(policy)) for policy in texts]
        self._by_act: dict[str, cedarpy.PolicySet] = {}
        self._checked: dict[str, cedarpy.Entities] = {}
        self.digest = digest

    @classmethod
    def load(cls, folder: Path) -> "PolicyEngine":
        """Read and check a folder of policies.

        Raises:
            InvalidPolicies: the schema or a policy cannot be parsed, a policy does not fit the
                schema (strict mode), an `@id` is missing or used twice, or the acts of the
                schema are not those of app.domain.actions.
        """
        schema = read_schema(folder / SCHEMA_FILE)
        files = sorted(folder.glob("*.cedar"))
        if not files:
            raise InvalidPolicies(str(folder), "holds no policies")
        texts = [policy for path in files for policy in read_policies(path)]
        _require_unique_ids(texts)
        _require_valid(texts, schema)
        return cls(
            texts=texts,
            schema=schema,
            acts=read_acts(schema, SCHEMA_FILE),
            digest=_digest([folder / SCHEMA_FILE, *files]),
        )

    def policies(self) -> list[PolicyText]:
        """List every policy as (id, file, text, comment), for people to read."""
        return [text for text, _ in self._parsed]

    def without(self, policy_id: str) -> "PolicyEngine":
        """Give the same policies but one, to show that it matters. Never used to decide."""
        weakened = copy(self)
        weakened._parsed = [pair for pair in self._parsed if pair[0].id != policy_id]
        weakened._by_act = {}
        weakened.digest = f"{self.digest}-without-{policy_id}"
        return weakened

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """Answer questions in one batch, in their order.

        Only Allow without a single error is allowed: a forbid that errors is skipped by Cedar,
        and a request that it cannot read gets no decision at all. Faults are logged.

        Raises:
            ValueError: a question contradicts itself, or holds a moment without a time zone.
        """
        answers: dict[int, Answer] = {}
        for batch in _batches(questions):
            for (place, question), answer in zip(
                batch.questions, self._evaluate(batch), strict=True
            ):
                if answer.errors:
                    _log_fault(question, answer)
                answers[place] = answer
        return [answers[place] for place in range(len(questions))]

    def _evaluate(self, batch: _Batch) -> list[Answer]:
        if batch.action not in self._acts:
            return _fault(f"no such act: {batch.action}", len(batch.questions))
        described = orjson.dumps(list(batch.slice.values())).decode()
        try:
            entities = self._entities(described)
        except ValueError as error:
            return _fault(f"entities: {error}", len(batch.questions))
        results = cedarpy.is_authorized_batch(
            batch.requests, self._policies_about(batch.action), entities, self._schema
        )
        return [_answer(result) for result in results]

    def _entities(self, described: str) -> cedarpy.Entities:
        """Check a description against the schema once: turning pages asks the same again."""
        found = self._checked.get(described)
        if found is None:
            found = cedarpy.Entities.from_json_str(described, self._schema)
            if len(self._checked) >= _MOST_CHECKED:
                self._checked.clear()
            self._checked[described] = found
        return found

    def _policies_about(self, action: str) -> cedarpy.PolicySet:
        """Give the policies whose scope can reach an act, parsed when first needed.

        A decision then costs what its own rules cost: with every policy in hand it took four
        times as long. A test asks the whole set the same questions.
        """
        if action not in self._by_act:
            act = self._acts[action]
            reaching = [text.text for text, policy in self._parsed if act.concerned_by(policy)]
            self._by_act[action] = cedarpy.PolicySet.from_str("\n".join(reaching))
        return self._by_act[action]


def _parse(policy: PolicyText) -> pst.Template:
    return next(iter(cedarpy.policies_to_pst(policy.text).static_policies.values()))


def _batches(questions: Sequence[Question]) -> list[_Batch]:
    """Put questions together as long as they are about one act and describe no thing twice.

    The same grant may look different to two people (did they accept the terms?).
    """
    batches: list[_Batch] = []
    built: dict[Any, Entity] = {}
    contexts: dict[Any, str] = {}
    for place, question in enumerate(questions):
        entities = entities_of(question, built)
        needed = _needed(entities)
        batch = next((one for one in batches if one.takes(question.action, needed)), None)
        if batch is None:
            batch = _Batch(question.action)
            batches.append(batch)
        batch.slice |= needed
        batch.questions.append((place, question))
        batch.requests.append(
            {
                "principal": entities[0]["uid"],
                "action": uid("Action", question.action),
                "resource": entities[1]["uid"],
                "context": _context(question, contexts),
            }
        )
    return batches


def _needed(entities: Sequence[Entity]) -> dict[Key, Entity]:
    needed: dict[Key, Entity] = {}
    for entity in entities:
        if needed.setdefault(key_of(entity), entity) != entity:
            raise ValueError(f"one question describes {key_of(entity)} in two ways")
    return needed


def _context(question: Question, contexts: dict[Any, str]) -> str:
    same = (question.now, None if question.grant is None else question.grant.id)
    if same not in contexts:
        contexts[same] = orjson.dumps(circumstances(question)).decode()
    return contexts[same]


def _answer(result: cedarpy.AuthzResult) -> Answer:
    errors = tuple(result.diagnostics.errors)
    if result.decision is cedarpy.Decision.NoDecision and not errors:
        errors = ("Cedar came to no decision",)
    named = result.diagnostics.id_annotations_by_reason
    policies = tuple(sorted(named[reason] for reason in result.diagnostics.reasons))
    allowed = result.decision is cedarpy.Decision.Allow and not errors
    return Answer(allowed=allowed, policies=policies, errors=errors)


def _fault(reason: str, count: int) -> list[Answer]:
    return [Answer(allowed=False, policies=(), errors=(reason,))] * count


def _log_fault(question: Question, answer: Answer) -> None:
    # Cedar's own messages are terse, so the ids of everything involved go along.
    resource = question.resource
    public_id = getattr(resource, "id", None) or getattr(resource, "code", None)
    log.error(
        "policy-fault",
        errors=answer.errors,
        action=question.action,
        principal=(question.person.kind, question.person.id),
        resource=(type(resource).__name__, public_id),
        grant=None if question.grant is None else question.grant.id,
    )


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


def _digest(paths: Sequence[Path]) -> str:
    """Hash the files by name and content; lengths keep two files from passing for one."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        total.update(f"{path.name}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()
