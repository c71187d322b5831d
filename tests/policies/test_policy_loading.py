"""Doubtful policies stop the start-up, with the file and the reason named."""

import re
from pathlib import Path

import pytest

from app.kernel.actor import Role
from app.kernel.config import ROOT
from app.policy.engine import PolicyEngine
from app.policy.texts import InvalidPolicies

POLICIES = ROOT / "policies"
SESSION_ACTS = "action SignIn, SignOut, SwitchOrganisation"
OPERATOR_ACTS = (
    "action RunSequencer, Operate, RemoveStaleRows appliesTo {\n"
    "    principal: [Person, Job, Nobody], resource: "
)


@pytest.fixture(scope="module")
def engine() -> PolicyEngine:
    return PolicyEngine.load(POLICIES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in POLICIES.glob("*.cedar*"):
        (tmp_path / path.name).write_text(path.read_text())
    return tmp_path


# ---- what loads


def test_the_shipped_policies_load(engine: PolicyEngine) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", engine.digest)
    assert engine.digest == PolicyEngine.load(POLICIES).digest


def test_every_policy_has_an_id_in_its_files_name_and_a_sentence_above_it(
    engine: PolicyEngine,
) -> None:
    for policy in engine.policies():
        assert policy.id.startswith(f"{Path(policy.file).stem}.")
        assert re.fullmatch(r"[A-Z].*\.", policy.comment), policy.id
        assert policy.text in (POLICIES / policy.file).read_text()


def test_base_holds_forbids_only_and_the_other_files_permits_only(engine: PolicyEngine) -> None:
    for policy in engine.policies():
        effect = "forbid" if policy.file == "base.cedar" else "permit"
        assert f"\n{effect} (" in policy.text, policy.id


def test_the_roles_of_the_schema_are_those_of_the_code() -> None:
    declared = re.search(
        r"entity Role enum \[(.*?)\]", (POLICIES / "schema.cedarschema").read_text(), re.S
    )
    assert declared is not None
    assert set(re.findall(r'"(\w+)"', declared[1])) == {role.value for role in Role}


def test_the_digest_changes_with_every_file(engine: PolicyEngine, folder: Path) -> None:
    assert PolicyEngine.load(folder).digest == engine.digest
    for path in sorted(folder.iterdir()):
        text = path.read_text()
        path.write_text(f"{text}\n// One more remark.\n")
        assert PolicyEngine.load(folder).digest != engine.digest
        path.write_text(text)


# ---- what does not load


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("// A rule.\npermit (principal, action, resource);", "without @id"),
        ('// A rule.\n@id("")\npermit (principal, action, resource);', "without @id"),
        ('@id("x")\npermit (principal, action, resource);', "no sentence"),
        ('// A rule.\n@id("base.grant-ended")\nforbid (principal, action, resource);', "more than"),
        ('// A rule.\n@id("x")\npermit (principal, action);', "cannot be parsed"),
        ('// A rule.\n@id("x")\npermit (principal, action, resource)', "cannot be parsed"),
        ('// A rule.\n@id("x")\npermit (principal == ?principal, action, resource);', "one plain"),
        (
            '// A rule.\n@id("x")\npermit (principal, action, resource); '
            "permit (principal, action, resource);",
            "one plain",
        ),
        (
            '// A rule.\n@id("x")\npermit (principal, action == Vitrine::Action::"Fly", resource);',
            "x does not fit the schema",
        ),
        (
            '// A rule.\n@id("x")\npermit (principal in Vitrine::Role::"king", action, resource);',
            "x does not fit the schema",
        ),
        (
            '// A rule.\n@id("x")\nforbid (principal, '
            'action == Vitrine::Action::"ReadPage", resource) '
            "when { context.grant.undertaken };",
            "x does not fit the schema",
        ),
        (
            '// Strict mode only.\n@id("x")\nforbid (principal, action, resource) '
            'when { resource == "me" };',
            "x does not fit the schema",
        ),
    ],
)
def test_a_doubtful_policy_stops_the_start_up(folder: Path, text: str, reason: str) -> None:
    _add(folder, text)
    with pytest.raises(InvalidPolicies, match=reason) as refusal:
        PolicyEngine.load(folder)
    assert refusal.value.file == "base.cedar"
    assert reason in refusal.value.reason


def test_an_act_that_no_code_knows_stops_the_start_up(folder: Path) -> None:
    _change_schema(folder, "action RunSequencer, Operate", "action RunSequencer, Operate, Fly")
    with pytest.raises(InvalidPolicies, match="Fly is an act that no code knows"):
        PolicyEngine.load(folder)


def test_an_act_missing_from_the_schema_stops_the_start_up(folder: Path) -> None:
    _change_schema(folder, f"{SESSION_ACTS}, SeeHome", SESSION_ACTS)
    path = folder / "organisations.cedar"
    path.write_text(re.sub(r',\s*Vitrine::Action::"SeeHome"', "", path.read_text()))
    with pytest.raises(InvalidPolicies, match="SeeHome is missing"):
        PolicyEngine.load(folder)


def test_an_act_on_the_wrong_kind_of_thing_stops_the_start_up(folder: Path) -> None:
    _change_schema(folder, f"{OPERATOR_ACTS}Installation", f"{OPERATOR_ACTS}Category")
    with pytest.raises(InvalidPolicies, match="must apply to installation, not"):
        PolicyEngine.load(folder)


def test_a_group_within_a_group_stops_the_start_up(folder: Path) -> None:
    _change_schema(folder, "action ReviewerAct;", "action ReviewerAct in [PublisherAct];")
    with pytest.raises(InvalidPolicies, match="ReviewerAct is a group within a group"):
        PolicyEngine.load(folder)


def test_a_broken_schema_stops_the_start_up(folder: Path) -> None:
    (folder / "schema.cedarschema").write_text("namespace {")
    with pytest.raises(InvalidPolicies, match=r"schema\.cedarschema: cannot be read"):
        PolicyEngine.load(folder)


def test_a_folder_without_policies_stops_the_start_up(folder: Path) -> None:
    for path in folder.glob("*.cedar"):
        path.unlink()
    with pytest.raises(InvalidPolicies, match="holds no policies"):
        PolicyEngine.load(folder)


def _add(folder: Path, text: str, file: str = "base.cedar") -> None:
    with (folder / file).open("a") as policies:
        policies.write(f"\n{text}")


def _change_schema(folder: Path, old: str, new: str) -> None:
    path = folder / "schema.cedarschema"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
