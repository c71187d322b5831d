"""Every rule in policies/ is held by cases, and every case says what the policies say."""

from pathlib import Path

import pytest

from app.domain.actions import BY_CEDAR
from app.kernel.config import ROOT
from app.policy.engine import PolicyEngine
from app.policy.scenarios import Scenario, gaps, read_scenarios, run_scenarios
from app.policy.texts import InvalidPolicies

SCENARIOS = read_scenarios(ROOT / "policies" / "scenarios")
FILES = sorted({scenario.file for scenario in SCENARIOS})


@pytest.fixture(scope="module")
def engine() -> PolicyEngine:
    return PolicyEngine.load(ROOT / "policies")


@pytest.mark.parametrize("file", FILES)
def test_each_case_of_a_rule_is_decided_as_written(engine: PolicyEngine, file: str) -> None:
    outcomes = run_scenarios(engine, [one for one in SCENARIOS if one.file == file])
    assert [(one.scenario.says, one.fault) for one in outcomes if one.fault] == []


def test_every_policy_and_every_action_is_shown_and_no_policy_is_idle(
    engine: PolicyEngine,
) -> None:
    assert gaps(engine, SCENARIOS) == []


def test_dropping_any_policy_makes_a_scenario_fail(engine: PolicyEngine) -> None:
    unnoticed = []
    for policy in engine.policies():
        deciding = [one for one in SCENARIOS if one.policy == policy.id]
        answers = engine.without(policy.id).ask([one.question for one in deciding])
        if all(a.allowed is one.allow for a, one in zip(answers, deciding, strict=True)):
            unnoticed.append(policy.id)
    assert unnoticed == []


def test_a_missing_case_is_named(engine: PolicyEngine) -> None:
    without = [
        one
        for one in SCENARIOS
        if one.policy != "base.grant-ended" and one.question.action != "ReadPage"
    ]
    assert gaps(engine, without) == [
        "ReadPage is never allowed",
        "ReadPage is never refused",
        "base.cedar: base.grant-ended decides no scenario",
    ]


def test_a_policy_that_changes_nothing_is_named(engine: PolicyEngine, tmp_path: Path) -> None:
    idle = (
        '// Nobody at all may operate.\n@id("base.idle")\n'
        'forbid (principal is Vitrine::Nobody, action == Vitrine::Action::"Operate", resource);\n'
    )
    folder = _copy_of_the_policies(tmp_path, base=idle)
    refused = [
        Scenario(
            file="idle.toml",
            says="nobody operates",
            question=one.question,
            allow=False,
            policy="base.idle",
        )
        for one in SCENARIOS
        if one.question.action == "ReadLog" and one.question.person.kind == "anonymous"
    ]
    found = gaps(PolicyEngine.load(folder), [*SCENARIOS, *refused])
    assert found == ["base.cedar: without base.idle every verdict stays the same"]


def test_every_action_has_a_case_allowed_and_a_case_refused() -> None:
    allowed = {one.question.action for one in SCENARIOS if one.allow}
    refused = {one.question.action for one in SCENARIOS if not one.allow}
    assert allowed == refused == BY_CEDAR.keys()


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ('person = "nobody_known"\naction = "SeeHome"\nexpect = "deny"', "nobody_known"),
        ('person = "author"\naction = "Levitate"\nexpect = "deny"', "Levitate"),
        ('person = "author"\naction = "SeeHome"\nexpect = "perhaps"', "perhaps"),
        ('person = "author"\naction = "SeeHome"\nexpect = "deny"\nresource = "report"', "kind"),
        ('person = "author"\naction = "SeeHome"\nexpect = "deny"\nperso_with = {}', "perso_with"),
        (
            'person = "author"\naction = "SeeHome"\nexpect = "deny"\nperson_with = { age = 7 }',
            "age",
        ),
    ],
)
def test_a_case_that_names_what_does_not_exist_is_refused(
    tmp_path: Path, case: str, reason: str
) -> None:
    cast = (ROOT / "policies" / "scenarios" / "cast.toml").read_text()
    (tmp_path / "cast.toml").write_text(cast)
    (tmp_path / "odd.toml").write_text(f'rule = "Odd."\n[[case]]\nsays = "odd"\n{case}\n')
    with pytest.raises(InvalidPolicies, match=reason) as refusal:
        read_scenarios(tmp_path)
    assert refusal.value.file == "odd.toml"


def test_a_file_without_a_rule_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cast.toml").write_text("")
    (tmp_path / "mute.toml").write_text("[[case]]\n")
    with pytest.raises(InvalidPolicies, match="states a rule"):
        read_scenarios(tmp_path)


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cast.toml").write_text("= ?")
    with pytest.raises(InvalidPolicies, match=r"cast\.toml: cannot be read"):
        read_scenarios(tmp_path)


def test_a_wrong_expectation_is_a_fault_that_says_what_happened(engine: PolicyEngine) -> None:
    right = next(one for one in SCENARIOS if one.policy == "base.grant-ended")
    question = right.question

    def fault(*, allow: bool, policy: str | None) -> str | None:
        wrong = Scenario(file="f", says="s", question=question, allow=allow, policy=policy)
        return run_scenarios(engine, [wrong])[0].fault

    assert fault(allow=True, policy=None) == "refused by base.grant-ended"
    assert fault(allow=False, policy=None) == "decided by base.grant-ended, not by default"
    assert (
        fault(allow=False, policy="base.grant-not-begun")
        == "decided by base.grant-ended, not by base.grant-not-begun"
    )
    assert fault(allow=False, policy="base.grant-ended") is None


def test_an_error_is_a_fault_even_where_a_refusal_was_expected(tmp_path: Path) -> None:
    never = (
        '// Never, if only it could count.\n@id("base.broken")\n'
        "forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };\n"
    )
    broken = PolicyEngine.load(_copy_of_the_policies(tmp_path, base=never))
    refused = next(one for one in SCENARIOS if not one.allow and one.policy is None)
    fault = run_scenarios(broken, [refused])[0].fault
    assert fault is not None
    assert fault.startswith("errors: ")


def test_a_thing_described_by_half_is_refused(tmp_path: Path) -> None:
    cast = (ROOT / "policies" / "scenarios" / "cast.toml").read_text()
    (tmp_path / "cast.toml").write_text(cast.replace('owner_id = "per_author"\n', "", 1))
    (tmp_path / "half.toml").write_text(
        'rule = "Half."\n[[case]]\nsays = "half"\nperson = "author"\n'
        'action = "ReadReport"\nresource = "report"\nexpect = "allow"\n'
    )
    with pytest.raises(InvalidPolicies, match="owner_id"):
        read_scenarios(tmp_path)


def _copy_of_the_policies(folder: Path, *, base: str) -> Path:
    for path in (ROOT / "policies").glob("*.cedar*"):
        (folder / path.name).write_text(path.read_text())
    with (folder / "base.cedar").open("a") as file:
        file.write(f"\n{base}")
    return folder
