"""The engine answers in order, names the deciding policy, and never takes a fault for a yes."""

from datetime import UTC, datetime
from pathlib import Path

import cedarpy
import orjson
import pytest
from structlog.testing import capture_logs

from app.domain.actions import BY_CEDAR
from app.kernel.config import ROOT
from app.policy.engine import PolicyEngine, _answer
from app.policy.entities import circumstances, entities_of, resource_entity, uid
from app.policy.facts import (
    Answer,
    FindingFacts,
    GrantFacts,
    InstallationFacts,
    PersonFacts,
    Question,
    VersionFacts,
)
from app.policy.scenarios import read_scenarios

POLICIES = ROOT / "policies"
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
OVERFLOW = (
    '// Never, if only it could count.\n@id("base.broken")\n'
    "forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };\n"
)


@pytest.fixture(scope="module")
def engine() -> PolicyEngine:
    return PolicyEngine.load(POLICIES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in POLICIES.glob("*.cedar*"):
        (tmp_path / path.name).write_text(path.read_text())
    return tmp_path


def _add(folder: Path, text: str, file: str = "base.cedar") -> None:
    with (folder / file).open("a") as policies:
        policies.write(f"\n{text}")


def _person(**changes: object) -> PersonFacts:
    facts: dict[str, object] = {
        "id": "per_reviewer",
        "kind": "person",
        "side": "reviewer",
        "organisation_id": "org_north",
        "organisation_kind": "nonprofit",
        "organisation_suspended": False,
        "roles": frozenset({"reviewer"}),
    }
    return PersonFacts(**(facts | changes))  # type: ignore[arg-type]  # facts by name, in a test


def _grant(*, undertaken: bool = True) -> GrantFacts:
    return GrantFacts(
        id="gra_north",
        organisation_id="org_north",
        version_id="ver_1",
        person_ids=None,
        lifted=frozenset({"SEC"}),
        state="in_force",
        working=False,
        internal=False,
        starts_at=datetime(2026, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, tzinfo=UTC),
        proposed_by="per_coordinator",
        needs_second_person=False,
        undertaken=undertaken,
    )


def _read_page(*, person: PersonFacts | None = None, undertaken: bool = True) -> Question:
    version = VersionFacts(
        id="ver_1",
        report_id="rep_1",
        state="published",
        importer_id="per_author",
        report_owner_id="per_author",
        owner_ids=frozenset(),
    )
    return Question(
        person=person or _person(),
        action="ReadPage",
        resource=version,
        grant=_grant(undertaken=undertaken),
        now=NOW,
    )


def _see_home(**changes: object) -> Question:
    return Question(
        person=_person(**changes),
        action="SeeHome",
        resource=InstallationFacts(),
        grant=None,
        now=NOW,
    )


def test_an_answer_names_the_deciding_policy(engine: PolicyEngine) -> None:
    allowed, refused, by_default = engine.ask(
        [
            _read_page(),
            _read_page(undertaken=False),
            _see_home(id="anonymous", kind="anonymous"),
        ]
    )
    assert allowed == Answer(allowed=True, policies=("documents.read-under-grant",), errors=())
    assert refused == Answer(allowed=False, policies=("base.terms-not-accepted",), errors=())
    assert by_default == Answer(allowed=False, policies=(), errors=())


def test_asking_nothing_gives_nothing(engine: PolicyEngine) -> None:
    assert engine.ask([]) == []


def test_an_allow_with_an_error_is_not_allowed_and_is_logged(folder: Path) -> None:
    _add(folder, OVERFLOW)
    broken = PolicyEngine.load(folder)
    with capture_logs() as logs:
        (answer,) = broken.ask([_read_page()])
    assert answer.allowed is False
    assert answer.policies == ("documents.read-under-grant",)  # Cedar itself said Allow
    assert "overflow" in answer.errors[0]
    (entry,) = logs
    assert entry["event"] == "policy-fault"
    assert entry["log_level"] == "error"
    assert entry["principal"] == ("person", "per_reviewer")
    assert entry["resource"] == ("VersionFacts", "ver_1")
    assert entry["grant"] == "gra_north"
    assert entry["action"] == "ReadPage"


def test_a_request_that_cedar_cannot_read_is_a_fault_not_an_allow(engine: PolicyEngine) -> None:
    question = _see_home()
    wrong = Question(
        person=question.person,
        action="ReadPage",
        resource=InstallationFacts(),
        grant=None,
        now=NOW,
    )
    with capture_logs() as logs:
        (answer,) = engine.ask([wrong])
    assert (answer.allowed, answer.policies) == (False, ())
    assert answer.errors
    assert [entry["event"] for entry in logs] == ["policy-fault"]


def test_an_unknown_action_is_a_fault_not_an_allow(engine: PolicyEngine) -> None:
    question = _see_home()
    unknown = Question(
        person=question.person, action="Fly", resource=question.resource, grant=None, now=NOW
    )
    with capture_logs() as logs:
        answers = engine.ask([question, unknown])
    assert [answer.allowed for answer in answers] == [True, False]
    assert answers[1].errors == ("no such act: Fly",)
    assert len(logs) == 1


def test_facts_that_do_not_fit_the_schema_are_a_fault_not_an_allow(engine: PolicyEngine) -> None:
    with capture_logs() as logs:
        (answer,) = engine.ask([_see_home(roles=frozenset({"king"}))])
    assert answer.allowed is False
    assert "does not conform to the schema" in answer.errors[0]
    assert len(logs) == 1


def test_a_decision_without_a_reason_is_still_a_fault() -> None:
    result = cedarpy.AuthzResult({"decision": "NoDecision", "diagnostics": {}})
    assert _answer(result) == Answer(
        allowed=False, policies=(), errors=("Cedar came to no decision",)
    )


def test_a_moment_without_a_time_zone_is_refused(engine: PolicyEngine) -> None:
    naive = Question(
        person=_person(),
        action="SeeHome",
        resource=InstallationFacts(),
        grant=None,
        now=datetime(2026, 11, 16, 9, 0),  # noqa: DTZ001 (the fault itself)
    )
    with pytest.raises(ValueError, match="time zone"):
        engine.ask([naive])


def test_answers_come_in_the_order_asked_even_when_things_look_different(
    engine: PolicyEngine,
) -> None:
    colleague = _person(id="per_lead", roles=frozenset({"lead"}))
    questions = [
        _read_page(undertaken=False),
        _read_page(person=colleague),
        _see_home(),
        _read_page(undertaken=False),
        _read_page(),
        _see_home(organisation_suspended=True),
        _see_home(),
    ]
    allowed = [answer.allowed for answer in engine.ask(questions)]
    assert allowed == [False, True, True, False, True, False, True]
    assert allowed == [engine.ask([question])[0].allowed for question in questions]


def test_a_question_that_contradicts_itself_is_refused(engine: PolicyEngine) -> None:
    question = Question(
        person=_person(),
        action="ReadGrant",
        resource=_grant(undertaken=True),
        grant=_grant(undertaken=False),
        now=NOW,
    )
    with pytest.raises(ValueError, match="gra_north"):
        engine.ask([question])


def test_facts_of_an_unknown_kind_are_refused() -> None:
    with pytest.raises(TypeError, match="no entity for str"):
        resource_entity("ver_1")  # type: ignore[arg-type]  # the fault itself


def test_strange_ids_are_only_ids(engine: PolicyEngine) -> None:
    for strange in ['"', "\\", "\n", "per_1\u202e", "ü", "", 'x" } in Vitrine::Side::"publisher']:
        (answer,) = engine.ask([_read_page(person=_person(id=strange))])
        assert (answer.allowed, answer.errors) == (True, ())


def test_an_organisation_named_like_a_role_gives_no_role(engine: PolicyEngine) -> None:
    (answer,) = engine.ask(
        [
            Question(
                person=_person(organisation_id="auditor", side="publisher", roles=frozenset()),
                action="ReadLog",
                resource=InstallationFacts(),
                grant=None,
                now=NOW,
            )
        ]
    )
    assert answer.allowed is False


def test_the_rules_that_can_reach_an_act_decide_as_all_of_them_would(engine: PolicyEngine) -> None:
    scenarios = read_scenarios(POLICIES / "scenarios")
    everything = cedarpy.PolicySet.from_str("\n".join(policy.text for policy in engine.policies()))
    assert len(everything) == len(engine.policies())
    schema = cedarpy.Schema.from_str((POLICIES / "schema.cedarschema").read_text())
    for scenario, answer in zip(
        scenarios, engine.ask([one.question for one in scenarios]), strict=True
    ):
        assert _ask_everything(everything, schema, scenario.question) == answer, scenario.says


def test_without_one_policy_the_others_stay_and_the_original_is_untouched(
    engine: PolicyEngine,
) -> None:
    weakened = engine.without("base.terms-not-accepted")
    assert len(weakened.policies()) == len(engine.policies()) - 1
    assert weakened.digest != engine.digest
    assert weakened.ask([_read_page(undertaken=False)])[0].allowed is True
    assert engine.ask([_read_page(undertaken=False)])[0].allowed is False


def test_every_action_can_be_asked_by_everybody_without_a_fault(engine: PolicyEngine) -> None:
    scenarios = read_scenarios(POLICIES / "scenarios")
    resources = {one.question.action: one.question.resource for one in scenarios}
    people = {one.question.person.kind: one.question.person for one in scenarios}
    assert people.keys() == {"person", "operator", "job", "anonymous"}
    questions = [
        Question(person=person, action=action, resource=resources[action], grant=None, now=NOW)
        for action in BY_CEDAR
        for person in people.values()
    ]
    assert [answer.errors for answer in engine.ask(questions) if answer.errors] == []


def test_a_finding_that_reached_nobody_has_no_author(engine: PolicyEngine) -> None:
    finding = FindingFacts(
        id="fin_1",
        organisation_id="org_north",
        state="filed",
        finding_class="B",
        filed_by="per_reviewer",
        author_id=None,
        owner_ids=frozenset(),
        rejection_proposed_by=None,
    )
    author = _person(
        id="per_author", side="publisher", organisation_id="org_p", roles=frozenset({"author"})
    )
    (answer,) = engine.ask(
        [Question(person=author, action="ReadFinding", resource=finding, grant=None, now=NOW)]
    )
    assert answer == Answer(allowed=False, policies=(), errors=())


def _ask_everything(
    policies: cedarpy.PolicySet, schema: cedarpy.Schema, question: Question
) -> Answer:
    entities = entities_of(question, {})
    request = {
        "principal": entities[0]["uid"],
        "action": uid("Action", question.action),
        "resource": entities[1]["uid"],
        "context": circumstances(question),
    }
    described = orjson.dumps(entities).decode()
    result = cedarpy.is_authorized(request, policies, described, schema)
    named = result.diagnostics.id_annotations_by_reason.values()
    return Answer(
        allowed=result.allowed,
        policies=tuple(sorted(named)),
        errors=tuple(result.diagnostics.errors),
    )
