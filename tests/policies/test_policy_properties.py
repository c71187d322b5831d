"""What must hold whatever the facts: tried on facts that nobody would think of writing down."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.domain.actions import BY_CEDAR
from app.domain.categories import CODES
from app.kernel.actor import PUBLISHER_ROLES, REVIEWER_ROLES, Role
from app.kernel.config import ROOT
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
    ReviewFacts,
    StatementFacts,
    VersionFacts,
)
from tests.policies.who_may import JOBS_MAY, LEADS_OWN, PUBLISHER_ONLY, REVIEWER_ONLY

ENGINE = PolicyEngine.load(ROOT / "policies")
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
_READING = (
    "ReadVersion ReadPage SearchVersion ReadClaims ViewAs ProposeRedaction ReadIngestion "
    "ConfirmWords ApprovePdf DownloadVersion KeepNote CarryRedactions CarryClaims"
)
READING = frozenset(_READING.split())

ids = st.sampled_from(["per_1", "per_2", "per_3"])
# Weighted, so that facts often agree and a single disagreement is what gets tried.
organisations = st.sampled_from(["org_north", "org_north", "org_north", "org_south"])
versions = st.sampled_from(["ver_1", "ver_1", "ver_1", "ver_2"])
states = st.sampled_from(["draft", "submitted", "open", "filed", "routed", "responded", "released"])
waiting = st.sampled_from(["proposed", "disclosure_check", "draft"])
roles = st.sampled_from([role.value for role in Role])
some_people = st.frozensets(ids, max_size=3)
HOUR = timedelta(hours=1)
starts = st.sampled_from([NOW - HOUR, NOW - HOUR, NOW, NOW + HOUR])
ends = st.sampled_from([NOW + HOUR, NOW + HOUR, NOW + HOUR, NOW])
mostly = st.sampled_from([True, True, True, False])
grants = st.builds(
    GrantFacts,
    id=st.just("gra_1"),
    organisation_id=organisations,
    version_id=versions,
    person_ids=st.none() | some_people,
    lifted=st.frozensets(st.sampled_from(CODES)),
    state=st.sampled_from(["in_force", "in_force", "in_force", "in_force", "requested", "revoked"]),
    working=st.booleans(),
    internal=st.booleans(),
    starts_at=starts,
    ends_at=ends,
    proposed_by=ids,
    needs_second_person=st.booleans(),
    undertaken=mostly,
    attached=st.booleans(),
    slip=st.booleans(),
)
RESOURCES: dict[str, st.SearchStrategy[Any]] = {
    "installation": st.builds(InstallationFacts),
    "organisation": st.builds(
        OrganisationFacts,
        id=organisations,
        kind=st.just("nonprofit"),
        suspended=st.booleans(),
        led=st.booleans(),
    ),
    "report": st.builds(ReportFacts, id=st.just("rep_1"), owner_id=ids, dossier=st.booleans()),
    "version": st.builds(
        VersionFacts,
        id=versions,
        report_id=st.just("rep_1"),
        state=st.sampled_from(["published", "published", "working", "importing", "withdrawn"]),
        importer_id=ids,
        report_owner_id=ids,
        owner_ids=some_people,
        dossier=st.booleans(),
    ),
    "category": st.builds(CategoryFacts, code=st.sampled_from(CODES)),
    "grant": grants,
    "redaction": st.builds(
        RedactionFacts, id=st.just("red_1"), version_id=versions, state=waiting, proposed_by=ids
    ),
    "review": st.builds(
        ReviewFacts,
        id=st.just("rev_1"),
        report_id=st.just("rep_1"),
        organisation_id=organisations,
        state=states,
        in_force=st.booleans(),
        lead_files=st.booleans(),
    ),
    "receipt": st.builds(
        ReceiptFacts, id=st.just("rec_1"), organisation_id=organisations, slip=st.booleans()
    ),
    "request": st.builds(
        RequestFacts,
        id=st.just("req_1"),
        organisation_id=organisations,
        state=waiting | states,
        drafted_by=ids,
        responder_ids=some_people,
        answer_drafter_ids=some_people,
        appeal_involved_ids=some_people,
        interview_drafter_ids=some_people,
        lead_submits=st.booleans(),
    ),
    "finding": st.builds(
        FindingFacts,
        id=st.just("fin_1"),
        organisation_id=organisations,
        state=states,
        finding_class=st.sampled_from("ABH"),
        filed_by=ids,
        author_id=st.none() | ids,
        owner_ids=some_people,
        rejection_proposed_by=st.none() | ids,
        alerted_id=st.none() | ids,
        attacher_ids=some_people,
    ),
    "finding_draft": st.builds(
        FindingDraftFacts,
        id=st.just("fdr_1"),
        organisation_id=organisations,
        writer_id=ids,
        state=states | st.just("removed"),
        open=st.booleans(),
        ready=st.booleans(),
        people_ids=some_people,
    ),
    "note": st.builds(
        NoteFacts,
        id=st.just("rdn_1"),
        organisation_id=organisations,
        writer_id=ids,
        shared=st.booleans(),
    ),
    "assessment": st.builds(
        AssessmentFacts, id=st.just("asm_1"), organisation_id=organisations, state=states
    ),
    "challenge": st.builds(
        ChallengeFacts,
        id=st.just("chl_1"),
        organisation_id=organisations,
        state=states,
        involved_ids=some_people,
        narrowed_by=st.none() | ids,
    ),
    "assurance": st.builds(
        AssuranceFacts,
        id=st.just("ast_1"),
        organisation_id=organisations,
        state=states | st.just("requested"),
        drafted_by=st.none() | ids,
        signatory_id=st.none() | ids,
    ),
    "statement": st.builds(
        StatementFacts,
        id=st.just("stm_1"),
        organisation_id=organisations,
        state=states | st.sampled_from(["shared", "released", "withdrawn"]),
        report_owner_id=ids,
        open_to=st.frozensets(st.sampled_from(["authors", "internal_readers"])),
        commentable=st.booleans(),
        released=st.booleans(),
        named=st.booleans(),
        asked=st.booleans(),
        due=st.booleans(),
    ),
    "recommendation": st.builds(
        RecommendationFacts, id=st.just("rec_1"), organisation_id=organisations, state=states
    ),
    "pack": st.builds(
        PackFacts, id=st.just("pck_1"), organisation_id=st.none() | organisations, writer_id=ids
    ),
}


def _people(
    *, sides: tuple[str, ...], kinds: tuple[str, ...] = ("person", "operator")
) -> st.SearchStrategy[PersonFacts]:
    return st.builds(
        PersonFacts,
        id=ids,
        kind=st.sampled_from(kinds),
        side=st.sampled_from(sides),
        organisation_id=organisations,
        organisation_kind=st.just("nonprofit"),
        organisation_suspended=st.sampled_from([False, False, False, True]),
        roles=st.frozensets(roles, min_size=1, max_size=1) | st.frozensets(roles),
    )


@dataclass(frozen=True)
class World:
    """One person, one thing of each kind, and perhaps a grant."""

    person: PersonFacts
    grant: GrantFacts | None
    things: dict[str, Any]

    def ask(self, actions: frozenset[str]) -> list[tuple[Question, Answer]]:
        """Ask every one of the actions."""
        questions = [
            Question(
                person=self.person,
                action=action,
                resource=self.things[BY_CEDAR[action].target],
                grant=self.grant,
                now=NOW,
            )
            for action in sorted(actions)
        ]
        return list(zip(questions, ENGINE.ask(questions), strict=True))

    def allowed(self, actions: frozenset[str]) -> list[str]:
        """List those of the actions that are allowed."""
        return [question.action for question, answer in self.ask(actions) if answer.allowed]


def _worlds(person: st.SearchStrategy[PersonFacts] | None = None) -> st.SearchStrategy[World]:
    # Another id than a grant that is the thing asked about: one thing is described in one way.
    context = grants.map(lambda grant: replace(grant, id="gra_2"))
    return st.builds(
        World,
        person=_people(sides=("publisher", "reviewer")) if person is None else person,
        grant=st.one_of(context, context, st.none()),
        things=st.fixed_dictionaries(RESOURCES),
    )


EVERYTHING = frozenset(BY_CEDAR)

# What is found is small already; making it smaller would ask the policies for minutes.
TRIES = settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@settings(TRIES, max_examples=20)
@given(_worlds(_people(sides=("reviewer",))))
def test_no_reviewer_is_ever_allowed_an_act_of_the_publishers(world: World) -> None:
    assert [
        question.action for question, answer in world.ask(PUBLISHER_ONLY) if answer.allowed
    ] == []


@settings(TRIES, max_examples=20)
@given(_worlds(_people(sides=("publisher",))))
def test_nobody_of_the_publisher_is_ever_allowed_an_act_of_a_reviewers(
    world: World,
) -> None:
    assert [
        question.action for question, answer in world.ask(REVIEWER_ONLY) if answer.allowed
    ] == []


@settings(TRIES, max_examples=20)
@given(_worlds(_people(sides=("publisher", "reviewer", "none"))))
def test_no_answer_holds_an_error_and_an_allow(world: World) -> None:
    for _, answer in world.ask(EVERYTHING):
        assert answer.errors == ()
        assert not answer.allowed or all(not name.startswith("base.") for name in answer.policies)
        assert not answer.allowed or answer.policies


@settings(TRIES, max_examples=20)
@given(_worlds(_people(sides=("reviewer",))))
def test_a_reviewer_is_allowed_nothing_of_another_organisation(world: World) -> None:
    for question, answer in world.ask(EVERYTHING):
        if answer.allowed:
            owner = getattr(question.resource, "organisation_id", None)
            if isinstance(question.resource, OrganisationFacts):
                owner = question.resource.id
            assert owner in (None, question.person.organisation_id)


@given(_worlds())
def test_an_organisation_with_a_lead_is_set_up_by_nobody_else(world: World) -> None:
    for question, answer in world.ask(LEADS_OWN):
        led = isinstance(question.resource, OrganisationFacts) and question.resource.led
        if answer.allowed and led:
            assert question.person.organisation_id == question.resource.id
            assert "lead" in question.person.roles


@settings(TRIES, max_examples=250)
@given(_worlds())
def test_who_reads_holds_a_valid_grant_of_this_version(world: World) -> None:
    for question, answer in world.ask(READING):
        if answer.allowed:
            grant, person, version = question.grant, question.person, question.resource
            assert grant is not None
            assert isinstance(version, VersionFacts)
            assert grant.state == "in_force"
            assert grant.starts_at <= NOW < grant.ends_at
            assert grant.organisation_id == person.organisation_id
            assert grant.version_id == version.id
            assert grant.undertaken
            assert grant.person_ids is None or person.id in grant.person_ids
            assert person.roles != {"administrator"}
            assert person.side == "publisher" or version.state == "published"


@settings(TRIES, max_examples=250)
@given(_worlds())
def test_what_is_revealed_is_lifted_by_a_valid_grant(world: World) -> None:
    for question, answer in world.ask(frozenset({"Reveal"})):
        if answer.allowed:
            assert question.grant is not None
            assert isinstance(question.resource, CategoryFacts)
            assert question.resource.code in question.grant.lifted
            assert question.grant.state == "in_force"
            assert question.grant.starts_at <= NOW < question.grant.ends_at


FOUR_EYES = frozenset(
    {"DecideRedaction", "ApproveGrant", "ReleaseAnswer", "SendBackAnswer", "RejectFinding"}
    | {"DecideChallenge", "ConfirmNarrowing"}
)


@settings(TRIES, max_examples=200)
@given(_worlds(_people(sides=("publisher",))))
def test_four_eyes_hold_whatever_roles_one_person_has(world: World) -> None:
    for question, answer in world.ask(FOUR_EYES):
        if answer.allowed:
            assert question.person.id not in _involved(question)


@settings(TRIES, max_examples=20)
@given(_worlds())
def test_people_of_a_suspended_organisation_only_sign_out(world: World) -> None:
    for question, answer in world.ask(EVERYTHING):
        if answer.allowed and question.person.organisation_suspended:
            assert question.action == "SignOut"


@settings(TRIES, max_examples=20)
@given(_worlds(_people(sides=("none", "publisher"), kinds=("anonymous", "odd"))))
def test_who_is_not_signed_in_may_only_sign_in(world: World) -> None:
    for question, answer in world.ask(EVERYTHING):
        assert answer.allowed == (question.action == "SignIn")


@pytest.mark.parametrize("job", JOBS_MAY)
@settings(TRIES, max_examples=5)
@given(world=_worlds())
def test_a_task_does_its_own_work_and_nothing_else(job: str, world: World) -> None:
    task = PersonFacts(
        id=job,
        kind="job",
        side="system",
        organisation_id=None,
        organisation_kind=None,
        organisation_suspended=False,
        roles=world.person.roles,
    )
    for question, answer in replace(world, person=task).ask(EVERYTHING):
        state = getattr(question.resource, "state", "filed")
        waits = state in ("filed", "routed", "contested")  # the last two for whoever left
        may = question.action in JOBS_MAY[job] and (waits or question.action != "RouteFinding")
        decided = getattr(question.resource, "state", "") in ("approved", "in_force")
        if question.action == "EndEmbargo" and not decided:
            may = False
        if question.action in LEADS_OWN and getattr(question.resource, "led", False):
            may = False  # nobody acts for an organisation that has a lead
        assert answer.allowed == may


def test_the_lists_above_hold_for_the_roles_there_are() -> None:
    assert frozenset(Role) == PUBLISHER_ROLES | REVIEWER_ROLES
    assert PUBLISHER_ONLY | REVIEWER_ONLY <= EVERYTHING
    assert not PUBLISHER_ONLY & REVIEWER_ONLY


def _involved(question: Question) -> set[str | None]:
    resource = question.resource
    if isinstance(resource, RedactionFacts | GrantFacts):
        return {resource.proposed_by}
    if isinstance(resource, RequestFacts):
        # Who drafted one part may release another: the service looks at each answer by itself.
        return resource.answer_drafter_ids if len(resource.answer_drafter_ids) == 1 else set()
    if isinstance(resource, ChallengeFacts):
        confirming = question.action == "ConfirmNarrowing"
        return {*resource.involved_ids, *({resource.narrowed_by} if confirming else ())}
    assert isinstance(resource, FindingFacts)
    return {*resource.owner_ids, resource.rejection_proposed_by}
