"""Reads policies/scenarios, asks the engine each case, and says what no case shows.

A scenario file states one rule and its cases; people, things and grants come from cast.toml by
name, with the differences that matter for the case. Written by hand, never made from policies.
"""

import dataclasses
import tomllib
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.actions import BY_CEDAR
from app.policy.engine import PolicyEngine
from app.policy.facts import (
    Answer,
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
from app.policy.texts import InvalidPolicies

CAST_FILE = "cast.toml"

_KINDS: dict[str, type[ResourceFacts]] = {
    "installation": InstallationFacts,
    "organisation": OrganisationFacts,
    "report": ReportFacts,
    "version": VersionFacts,
    "category": CategoryFacts,
    "grant": GrantFacts,
    "redaction": RedactionFacts,
    "review": ReviewFacts,
    "receipt": ReceiptFacts,
    "request": RequestFacts,
    "finding": FindingFacts,
    "finding_draft": FindingDraftFacts,
    "note": NoteFacts,
    "assessment": AssessmentFacts,
    "challenge": ChallengeFacts,
    "pack": PackFacts,
    "assurance": AssuranceFacts,
    "recommendation": RecommendationFacts,
    "statement": StatementFacts,
}
_CASE_FIELDS = frozenset(
    {"says", "expect", "policy", "person", "action", "resource", "grant", "now"}
    | {"person_with", "resource_with", "grant_with"}
)


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One case: a question, the answer that the rule gives, and the policy that decides it.

    `policy` is None where nothing permits: refused by default.
    """

    file: str
    says: str
    question: Question
    allow: bool
    policy: str | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A scenario and what the policies said; `fault` is None when they agree."""

    scenario: Scenario
    answer: Answer
    fault: str | None


def read_scenarios(folder: Path) -> list[Scenario]:
    """Read every scenario below `folder`, one per person and action named in a case.

    Raises:
        InvalidPolicies: a file cannot be read, or a case names something that does not exist.
    """
    cast = _read(folder / CAST_FILE)
    return [
        scenario
        for path in sorted(folder.glob("*.toml"))
        if path.name != CAST_FILE
        for scenario in _scenarios_of(path, cast)
    ]


def run_scenarios(engine: PolicyEngine, scenarios: Sequence[Scenario]) -> list[Outcome]:
    """Ask the engine every scenario."""
    answers = engine.ask([scenario.question for scenario in scenarios])
    return [
        Outcome(scenario=scenario, answer=answer, fault=_fault(scenario, answer))
        for scenario, answer in zip(scenarios, answers, strict=True)
    ]


def gaps(engine: PolicyEngine, scenarios: Sequence[Scenario]) -> list[str]:
    """Say what the scenarios do not show: an empty list means that every rule is held by a case.

    Every action is allowed in one and refused in another; every policy decides one, and taking
    the policy away turns the verdict of at least one around.
    """
    named = {policy.id for policy in engine.policies()}
    found = [
        f"{scenario.file}: names {scenario.policy}, which does not exist"
        for scenario in scenarios
        if scenario.policy is not None and scenario.policy not in named
    ]
    for action in BY_CEDAR:
        verdicts = {scenario.allow for scenario in scenarios if scenario.question.action == action}
        found += [f"{action} is never allowed"] if True not in verdicts else []
        found += [f"{action} is never refused"] if False not in verdicts else []
    for policy in engine.policies():
        deciding = [scenario for scenario in scenarios if scenario.policy == policy.id]
        if not deciding:
            found.append(f"{policy.file}: {policy.id} decides no scenario")
        elif not _matters(engine.without(policy.id), deciding):
            found.append(f"{policy.file}: without {policy.id} every verdict stays the same")
    return found


def _matters(weakened: PolicyEngine, deciding: Sequence[Scenario]) -> bool:
    answers = weakened.ask([scenario.question for scenario in deciding])
    return any(
        answer.allowed is not scenario.allow
        for scenario, answer in zip(deciding, answers, strict=True)
    )


def _fault(scenario: Scenario, answer: Answer) -> str | None:
    if answer.errors:
        return f"errors: {'; '.join(answer.errors)}"
    if answer.allowed is not scenario.allow:
        return f"{'allowed' if answer.allowed else 'refused'} by {_names(answer)}"
    if scenario.policy is None and answer.policies:
        return f"decided by {_names(answer)}, not by default"
    if scenario.policy is not None and scenario.policy not in answer.policies:
        return f"decided by {_names(answer)}, not by {scenario.policy}"
    return None


def _names(answer: Answer) -> str:
    return ", ".join(answer.policies) or "default"


def _scenarios_of(path: Path, cast: Mapping[str, Any]) -> Iterator[Scenario]:
    content = _read(path)
    if not content.get("rule") or not content.get("case"):
        raise InvalidPolicies(path.name, "a scenario file states a rule and holds cases")
    for case in content["case"]:
        try:
            yield from _expand(path.name, case, cast)
        except (KeyError, TypeError, ValueError) as error:
            says = case.get("says", "a case without `says`")
            raise InvalidPolicies(path.name, f"{says}: {error!r}") from error


def _expand(file: str, case: Mapping[str, Any], cast: Mapping[str, Any]) -> Iterator[Scenario]:
    unknown = case.keys() - _CASE_FIELDS
    if unknown:
        raise ValueError(f"unknown fields {sorted(unknown)}")
    for person in _each(case["person"]):
        for action in _each(case["action"]):
            yield Scenario(
                file=file,
                says=f"{case['says']} ({person}, {action})",
                question=_question(case, person, action, cast),
                allow={"allow": True, "deny": False}[case["expect"]],
                policy=case.get("policy"),
            )


def _question(
    case: Mapping[str, Any], person: str, action: str, cast: Mapping[str, Any]
) -> Question:
    kind, resource = _resource(case, cast)
    if BY_CEDAR[action].target != kind:
        raise ValueError(f"{action} is done to a thing of kind {BY_CEDAR[action].target}")
    grant: GrantFacts | None = None
    if "grant" in case:
        grant = _facts(GrantFacts, cast["grant"][case["grant"]], case.get("grant_with", {}))
    return Question(
        person=_facts(PersonFacts, cast["person"][person], case.get("person_with", {})),
        action=action,
        resource=resource,
        grant=grant,
        now=case.get("now", cast["now"]),
    )


def _resource(case: Mapping[str, Any], cast: Mapping[str, Any]) -> tuple[str, ResourceFacts]:
    name = case.get("resource", "installation")
    differences = case.get("resource_with", {})
    if name.startswith("grant_"):
        return "grant", _facts(GrantFacts, cast["grant"][name.removeprefix("grant_")], differences)
    values = dict(cast["thing"][name])
    kind = values.pop("kind_of_thing")
    return kind, _facts(_KINDS[kind], values, differences)


def _facts(kind: type[Any], values: Mapping[str, Any], differences: Mapping[str, Any]) -> Any:
    """Build facts from what the files say: lists are sets, what may be absent is None."""
    merged = {**values, **differences}
    hints = typing.get_type_hints(kind)
    given: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        if field.name in merged:
            value = merged.pop(field.name)
            given[field.name] = frozenset(value) if isinstance(value, list) else value
        elif type(None) in typing.get_args(hints[field.name]):
            given[field.name] = None
    if merged:
        raise ValueError(f"unknown facts {sorted(merged)}")
    return kind(**given)


def _each(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidPolicies(path.name, f"cannot be read: {error}") from error
