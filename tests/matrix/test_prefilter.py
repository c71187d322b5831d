"""What the policies allow is never hidden by a list: the prefilter may only over-select.

The policies are asked with facts that the owner's role reads, so that neither the statement nor
row-level security has a say in them; the lists run as the web's role behind both.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.access import scope
from app.access.decide import keep
from app.domain.actions import Action
from app.domain.findings import MOVES
from app.domain.requests import State
from app.domain.targets import Kind, Target
from app.kernel.actor import PUBLISHER_ROLES, REVIEWER_ROLES, Actor
from app.kernel.context import RequestContext
from app.models.findings import Finding
from app.models.organisations import Organisation
from app.models.reports import Report
from app.models.requests import Request
from app.models.reviews import Grant, Receipt, Review
from app.transaction import Transaction, begin
from tests.matrix.canary_world import CanaryWorld
from tests.matrix.table import OUTSIDE
from tests.world import CAST

LISTS: dict[Kind, tuple[Any, Action, Callable[[Transaction], Any]]] = {
    "request": (Request, Action.READ_REQUEST, scope.requests),
    "finding": (Finding, Action.READ_FINDING, scope.findings),
    "review": (Review, Action.READ_REVIEW, scope.reviews),
    "grant": (Grant, Action.READ_GRANT, scope.grants),
    "receipt": (Receipt, Action.READ_RECEIPT, scope.receipts),
    "report": (Report, Action.READ_REPORT, scope.reports),
    "organisation": (Organisation, Action.READ_ORGANISATION, scope.organisations),
}
REQUEST_STATES = sorted(state.value for state in State)
FINDING_STATES = sorted({s for move in MOVES.values() for pair in move.items() for s in pair})
INSIDE = sorted(set(CAST) - OUTSIDE)


@pytest.fixture(scope="module")
def owned(canaries: CanaryWorld) -> CanaryWorld:
    """Let every finding be about one claim, which somebody owns."""
    with canaries.owner.begin() as connection:
        version = {"v": canaries.ids["version"]["shared"], "p": canaries.author.id}
        for statement in (
            "INSERT INTO claims (id, lineage_id, version_id, ordinal, code, page, rects,"
            " load_bearing) VALUES ('clm_one', 'clm_one', :v, 9, '1.1', 2, '[]', false)",
            "INSERT INTO ownerships (id, version_id, claim_id, person_id, rank)"
            " VALUES ('own_one', :v, 'clm_one', :p, 0)",
        ):
            connection.execute(text(statement), version)
    return canaries


def _arrange(world: CanaryWorld, drawn: st.DataObject, who: str) -> None:
    """Bring requests and findings into any states, in anybody's hands, often in those of `who`."""
    codes = st.sampled_from(["ORGA", "ORGB", "TEAM"])
    people = st.sampled_from(INSIDE)
    if who in INSIDE:
        people = st.just(who) | people
    with world.owner.begin() as connection:
        for request in world.ids["request"].values():
            connection.execute(
                text("UPDATE requests SET number = id, state = :s, organisation_id = :o"
                     " WHERE id = :id"),
                {"id": request, "s": drawn.draw(st.sampled_from(REQUEST_STATES)),
                 "o": world.organisations[drawn.draw(codes)]},
            )  # fmt: skip
            connection.execute(
                text("UPDATE assignments SET responder_id = :p WHERE request_id = :id"),
                {"id": request, "p": world.people[drawn.draw(people)].id},
            )
        connection.execute(text("DELETE FROM request_people"))
        for request in world.ids["request"].values():
            for named in sorted(drawn.draw(st.sets(st.sampled_from(sorted(OUTSIDE)), max_size=2))):
                connection.execute(
                    text("INSERT INTO request_people SELECT id, :p, organisation_id, now()"
                         " FROM requests WHERE id = :id"),
                    {"id": request, "p": world.people[named].id},
                )  # fmt: skip
        for finding in world.ids["finding"].values():
            author = drawn.draw(st.none() | people)
            connection.execute(
                text("UPDATE findings SET number = id, state = :s, organisation_id = :o,"
                     " author_id = :a, finding_class = :c, claim_id = :m WHERE id = :id"),
                {"id": finding, "s": drawn.draw(st.sampled_from(FINDING_STATES)),
                 "o": world.organisations[drawn.draw(codes)],
                 "a": author and world.people[author].id,
                 "c": drawn.draw(st.sampled_from("ABH")),
                 "m": drawn.draw(st.sampled_from([None, "clm_one"]))},
            )  # fmt: skip
        connection.execute(
            text("UPDATE ownerships SET person_id = :p WHERE id = 'own_one'"),
            {"p": world.people[drawn.draw(people)].id},
        )


def _allowed(world: CanaryWorld, actor: Actor, kind: Kind) -> set[str]:
    table, action, _ = LISTS[kind]
    with Session(world.owner) as session:
        tx = Transaction(world.web, session, actor, RequestContext())
        rows = list(session.scalars(select(table)))
        if kind == "report":  # a dossier is found with what it goes with, and in no list of reports
            rows = [row for row in rows if not row.dossier]
        return {row.id for row in keep(tx, action, rows, lambda row: Target(kind, row.id))}


def _listed(world: CanaryWorld, actor: Actor, kind: Kind) -> set[str]:
    _, _, statement = LISTS[kind]
    with begin(world.web, actor) as tx:
        return {row.id for row in tx.session.scalars(statement(tx))}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.data())
def test_what_the_policies_allow_is_in_the_list(owned: CanaryWorld, drawn: st.DataObject) -> None:
    who = drawn.draw(st.sampled_from(sorted(CAST)))
    _arrange(owned, drawn, who)
    roles = REVIEWER_ROLES if who in OUTSIDE else PUBLISHER_ROLES
    held = drawn.draw(st.sets(st.sampled_from(sorted(roles)), min_size=1, max_size=2))
    actor = replace(owned.people[who].actor, roles=frozenset(held))
    with owned.owner.begin() as connection:  # row-level security asks the database who leads
        connection.execute(
            text("UPDATE memberships SET roles = :r WHERE person_id = :p"),
            {"r": sorted(role.value for role in held), "p": actor.id},
        )
    for kind in LISTS:
        hidden = _allowed(owned, actor, kind) - _listed(owned, actor, kind)
        assert hidden == set(), f"{who} as {sorted(held)} may read a {kind} that no list shows"


def test_the_policies_allow_some_and_refuse_some_of_each_list(owned: CanaryWorld) -> None:
    """Nothing allowed would be in every list: show that the comparison compares something."""
    for kind, (table, _, _) in LISTS.items():
        with Session(owned.owner) as session:
            every = {row.id for row in session.scalars(select(table))}
        allowed = [_allowed(owned, owned.people[who].actor, kind) for who in CAST]
        assert any(found for found in allowed), kind
        assert any(found != every for found in allowed), kind


def test_a_list_never_holds_a_row_of_another_organisation(owned: CanaryWorld) -> None:
    """The other direction, where over-selecting would cross a wall."""
    for who in sorted(OUTSIDE):
        someone = owned.people[who]
        for kind in ("request", "finding", "review", "grant", "receipt"):
            table = LISTS[kind][0]
            listed = _listed(owned, someone.actor, kind)
            with Session(owned.owner) as session:
                owners = set(
                    session.scalars(select(table.organisation_id).where(table.id.in_(listed)))
                )
            assert owners <= {someone.organisation_id}, (who, kind)
