"""What the publisher's people find on their home page, role by role."""

from collections.abc import Callable

from app.domain.requests import PENDING
from app.features.home import findings, queries
from app.features.home.opinions import publisher_opinions
from app.features.home.schemas import Figure, Line, Part
from app.features.home.statements import publisher_statements
from app.kernel.actor import Role
from app.transaction import Transaction


def publisher_figures(tx: Transaction) -> list[Figure]:
    """Count what waits, for each role that the person holds."""
    figures: list[Figure] = []
    for role, count in _BY_ROLE.items():
        if tx.actor.has(role):
            figures += count(tx)
    return figures + publisher_opinions(tx) + publisher_statements(tx)


def publisher_parts(tx: Transaction) -> list[Part]:
    """List what to decide, then the reports; who only administers or audits reads none."""
    parts = _put_aside(tx) if tx.actor.roles & {Role.AUTHOR, Role.COORDINATOR} else []
    if tx.actor.has(Role.APPROVER):
        parts += _decisions(tx)
    if tx.actor.has(Role.AUTHOR):
        parts += findings.worst_first(tx) + _own_versions(tx)
    if tx.actor.has(Role.AUDITOR):
        parts.append(_LOG)
    if tx.actor.roles & _READERS:
        lines = [Line(text=title, href=href) for href, title in queries.reports(tx)]
        parts.append(Part(title="Reports", lines=tuple(lines), empty="No report is here yet."))
    return parts


def _put_aside(tx: Transaction) -> list[Part]:
    lines = tuple(
        Line(
            text=f"An edition of {name} was put aside",
            href=f"/reports/{report_id}/versions/{version_id}#editions",
            note="the leak check found faults: nobody can open it",
        )
        for report_id, version_id, name in queries.versions_with_editions_aside(tx)
    )
    return [Part(title="Put aside by the leak check", lines=lines, empty="")] if lines else []


def _decisions(tx: Transaction) -> list[Part]:
    lines = [
        Line(
            text=f"Decide marks in {version}",
            href=f"/versions/{version_id}/redactions?state=proposed",
            note=f"{count} proposed",
        )
        for version_id, version, count in queries.marks_to_decide(tx)
    ]
    lines += [
        Line(text=f"Approve a grant for {organisation}", href=f"/grants/{grant_id}")
        for grant_id, organisation in queries.grants_to_approve(tx)
    ]
    return [Part(title="Waiting for your decision", lines=tuple(lines), empty="")] if lines else []


def _own_versions(tx: Transaction) -> list[Part]:
    """List the author's versions in preparation: what each needs next."""
    lines = []
    for found in queries.versions_in_preparation(tx):
        if found.pdf_waits:
            note = "its PDF waits for your approval"
        elif found.undecided:
            note = f"{found.undecided} without a decision"
        else:
            note = "ready to publish" if found.decided else "to be marked"
        href = f"/reports/{found.report_id}/versions/{found.version_id}"
        lines.append(Line(text=found.name, href=href, note=note))
    waits = sum(1 for line in lines if not line.note.endswith("decision"))
    return (
        [Part(title="In preparation", lines=tuple(lines), empty="", waits=waits)] if lines else []
    )


def _author(tx: Transaction) -> list[Figure]:
    versions = queries.versions_by_state(tx)
    return [
        *findings.author_figures(tx),
        Figure(
            label="versions being imported",
            one="version being imported",
            value=versions.get("importing", 0),
            href="/reports",
        ),
        Figure(
            label="versions to mark and publish",
            one="version to mark and publish",
            value=versions.get("working", 0),
            href="/reports",
        ),
        Figure(
            label="of your marks without a decision",
            value=queries.proposed_redactions(tx, by_others=False),
            href="/reports",
        ),
    ]


def _coordinator(tx: Transaction) -> list[Figure]:
    requests = queries.requests_by_state(tx)
    late = queries.late_requests(tx)
    return [
        Figure(
            label="requests to triage",
            one="request to triage",
            value=requests.get("submitted", 0) + requests.get("in_triage", 0),
            href="/requests?show=untriaged",
            waits=True,
        ),
        *findings.coordinator_figures(tx),
        Figure(
            label="requests past their day",
            one="request past its day",
            value=late,
            href="/requests?show=overdue",
            tone="late" if late else None,
        ),
        Figure(
            label="wait on the reviewer, clock paused",
            one="waits on the reviewer, clock paused",
            value=queries.requests_standing_still(tx),
            href="/requests?show=waiting",
        ),
        Figure(
            label="in release check",
            value=requests.get("disclosure_check", 0),
            href="/requests?show=check",
        ),
        Figure(
            label="requests not answered yet",
            one="request not answered yet",
            value=sum(requests.get(state, 0) for state in PENDING),
            href="/requests/cockpit",
        ),
        Figure(
            label="open reviews", one="open review", value=queries.open_reviews(tx), href="/reviews"
        ),
        Figure(
            label="grants waiting for a second person",
            one="grant waiting for a second person",
            value=queries.proposed_grants(tx, by_others=False),
            href="/reviews",
        ),
    ]


def _responder(tx: Transaction) -> list[Figure]:
    mine = queries.assigned_to_me(tx)
    return [
        Figure(
            label="requests for you to answer",
            one="request for you to answer",
            value=mine.get("assigned", 0) + mine.get("in_progress", 0),
            href="/requests?show=to_answer",
            waits=True,
        ),
        Figure(
            label="of your answers in release check",
            value=mine.get("disclosure_check", 0),
            href="/requests?show=check",
        ),
    ]


def _approver(tx: Transaction) -> list[Figure]:
    requests = queries.requests_by_state(tx)
    return [
        Figure(
            label="marks to decide",
            one="mark to decide",
            value=queries.proposed_redactions(tx, by_others=True),
            href="/reports",
            waits=True,
        ),
        Figure(
            label="grants to approve",
            one="grant to approve",
            value=queries.proposed_grants(tx, by_others=True),
            href="/reviews",
            waits=True,
        ),
        Figure(
            label="answers to release",
            one="answer to release",
            value=requests.get("disclosure_check", 0),
            href="/requests?show=check",
            waits=True,
        ),
        Figure(
            label="challenges to decide",
            one="challenge to decide",
            value=queries.challenges_to_decide(tx),
            href="/challenges?state=open",
            waits=True,
        ),
        *findings.decider_figures(tx),
    ]


def _auditor(tx: Transaction) -> list[Figure]:
    return [
        Figure(
            label="refusals within a day",
            one="refusal within a day",
            value=queries.refused_today(tx),
            href="/log",
        ),
        Figure(
            label="entries waiting for their place",
            one="entry waiting for its place",
            value=queries.entries_without_place(tx),
            href="/log",
        ),
    ]


def _administrator(tx: Transaction) -> list[Figure]:
    return [
        Figure(
            label="organisations that cannot sign in yet",
            one="organisation that cannot sign in yet",
            value=queries.organisations_without_provider(tx),
            href="/organisations",
            waits=True,
        ),
        Figure(
            label="organisations that review",
            one="organisation that reviews",
            value=queries.reviewing_organisations(tx),
            href="/organisations",
        ),
        Figure(
            label="open invitations",
            one="open invitation",
            value=queries.open_invitations(tx),
            href="/organisations",
        ),
    ]


_BY_ROLE: dict[Role, Callable[[Transaction], list[Figure]]] = {
    Role.AUTHOR: _author,
    Role.COORDINATOR: _coordinator,
    Role.RESPONDER: _responder,
    Role.APPROVER: _approver,
    Role.AUDITOR: _auditor,
    Role.ADMINISTRATOR: _administrator,
}
_READERS = frozenset(
    {Role.AUTHOR, Role.COORDINATOR, Role.APPROVER, Role.RESPONDER, Role.INTERNAL_READER}
)
_LOG = Part(
    title="The log",
    lines=(
        Line(text="What was refused", href="/log?outcome=denied"),
        Line(text="Export the log with proof", href="/log"),
        Line(text="What was shared with whom", href="/shared-items"),
    ),
    empty="",
)
