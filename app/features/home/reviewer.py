"""What a reviewer organisation's people find on their home page."""

from app.access.material import newer_versions
from app.domain.challenges import OUTCOMES
from app.domain.requests import ENDED, Outward
from app.features.home import findings, queries
from app.features.home.opinions import reviewer_opinions
from app.features.home.schemas import Figure, Line, Part
from app.features.home.statements import reviewer_statements
from app.kernel.actor import Role
from app.transaction import Transaction

_TERMS_FIRST = "A report opens here once you have accepted its terms."
_NOTHING_OPEN = (
    "Nothing is open to your organisation now. Your own findings, requests and receipts stay"
    " readable."
)
_REPLY, _RELEASED = "needs_clarification", "released"


def reviewer_figures(tx: Transaction) -> list[Figure]:
    """Count what waits for the reviewer, then what waits for the publisher."""
    requests = queries.requests_by_state(tx)
    filed = queries.findings_by_outward_state(tx)
    mine = {_REPLY, _RELEASED, "draft", *(state.value for state in ENDED)}
    moving = sum(count for state, count in requests.items() if state not in mine)
    figures = [
        Figure(
            label="requests need your reply",
            one="request needs your reply",
            value=requests.get(_REPLY, 0),
            href=_list(Outward.NEEDS_YOUR_REPLY),
            waits=True,
        ),
        Figure(
            label="answers to accept or return",
            one="answer to accept or return",
            value=requests.get(_RELEASED, 0),
            href=_list(Outward.RELEASED),
            waits=True,
        ),
        Figure(
            label="findings answered, yours to confirm",
            one="finding answered, yours to confirm",
            value=filed.get("Waiting for reviewer", 0),
            href="/findings?state=Waiting+for+reviewer",
            waits=True,
        ),
        Figure(
            label="requests in progress",
            one="request in progress",
            value=moving,
            href=_list(Outward.IN_PROGRESS),
        ),
    ]
    late = queries.late_requests(tx)
    if late:
        figures.append(
            Figure(
                label="requests past their day",
                one="request past its day",
                value=late,
                href="/requests",
                tone="late",
            )
        )
    figures += reviewer_opinions(tx) + reviewer_statements(tx)
    if tx.actor.has(Role.LEAD):
        figures += _drafts(tx, requests.get("draft", 0))
    return figures


def _drafts(tx: Transaction, drafts: int) -> list[Figure]:
    """Count what a lead can submit: what was marked ready first, then every draft there is."""
    ready = Figure(
        label="drafts ready for you to submit",
        one="draft ready for you to submit",
        value=queries.drafts_ready(tx),
        href="/drafts?show=ready",
        waits=True,
    )
    every = Figure(
        label="drafts in your organisation",
        one="draft in your organisation",
        value=drafts,
        href="/requests?show=draft",
    )
    return [ready, every] if ready.value else [every]


def reviewer_parts(tx: Transaction) -> list[Part]:
    """List what must be accepted first, then what can be read and until when."""
    terms = [
        Line(text=f"Read and accept the terms for {title}", href=f"/reviews/{review_id}/terms")
        for review_id, title in queries.terms_to_accept(tx)
    ]
    first = (
        findings.deletions(tx)
        + terms
        + [
            Line(text=f"Acknowledge the receipt: {item}", href=f"/receipts/{receipt_id}")
            for receipt_id, item in queries.receipts_to_acknowledge(tx)
        ]
    )
    reading = [
        Line(
            text=found.title,
            href=f"/versions/{found.version_id}",
            note=f"Version {found.label}",
            until=found.ends_at,
        )
        for found in queries.readings(tx)
    ]
    parts = (
        [Part(title="To do first", lines=tuple(first), empty="", waits=len(first))] if first else []
    )
    newer = [
        Line(
            text=f"{one.title}: version {one.newer_number} is open to you"
            + (", and changes it materially" if one.material else ""),
            href=f"/versions/{one.newer_id}/differences?from={one.version_id}",
            note=f"Your review stays on version {one.number}",
        )
        for one in newer_versions(tx)
    ]
    if newer:
        parts.append(Part(title="The version changed under you", lines=tuple(newer), empty=""))
    parts += findings.answered(tx)
    decided = [
        Line(text=f"{number}. {OUTCOMES[state]}", href=f"/challenges/{challenge_id}")
        for challenge_id, number, state in queries.decided_challenges(tx)
    ]
    if decided:
        parts.append(Part(title="Your challenges were decided", lines=tuple(decided), empty=""))
    parts.append(
        Part(
            title="Open to you now",
            lines=tuple(reading),
            empty=_TERMS_FIRST if terms else _NOTHING_OPEN,
        )
    )
    return parts


def _list(state: Outward) -> str:
    return f"/requests?show={state.value}"
