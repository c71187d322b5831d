"""Redactions: find, propose, decide. One function per intention."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from app.access.decide import require
from app.access.facts import forget
from app.access.release import release
from app.access.released import ReleasedHit, ReleasedPage
from app.access.scope import version_and_title
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.redactions import after, category_problem, default_mode, expiry_problem
from app.domain.targets import PageRef, SearchRef, Target
from app.features.redactions import deliberation, queries
from app.features.redactions.changing import undecided
from app.features.redactions.guessing import guess
from app.features.redactions.placing import Rect, lock_for_marks, on_page, words_in
from app.features.redactions.schemas import (
    DecideRedactions,
    EditorView,
    FoundView,
    GroupView,
    HitView,
    Place,
    ProposeRedactions,
    Reason,
    RedactionView,
    WordView,
)
from app.kernel.clock import now
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.models.redactions import Redaction
from app.transaction import Transaction


def list_groups(
    tx: Transaction, version_id: str, *, state: str = "", category: str = ""
) -> list[GroupView]:
    """List the redactions of a version by the reason they share."""
    require(tx, Action.LIST_REDACTIONS, Target("version", version_id))
    rows = queries.list_redactions(tx, version_id, state=state, category=category)
    return deliberation.complete(tx, version_id, queries.grouped(rows))


def list_marks(tx: Transaction, version_id: str, page: int) -> list[RedactionView]:
    """List the redactions on one page."""
    require(tx, Action.LIST_REDACTIONS, Target("version", version_id))
    return queries.list_redactions(tx, version_id, page=page)


def open_editor(tx: Transaction, version_id: str, page: int) -> EditorView:
    """Open a page to mark it, in one's own edition, with every mark that is on it."""
    marks = list_marks(tx, version_id, page)
    released = release(tx, PageRef(version_id=version_id, page=page))
    version, title = version_and_title(tx, version_id)
    withheld = released.edition.withheld if released.edition else ()
    return EditorView(
        version_id=version_id,
        report_id=version.report_id,
        report_title=title,
        version_number=version.number,
        page=page,
        pages=released.pages,
        width_px=released.width_px,
        height_px=released.height_px,
        width_pt=released.width_pt,
        height_pt=released.height_pt,
        edition_name="Your edition" if withheld else "Working edition",
        withheld=withheld,
        guesses={mark.id: said for mark in marks if (said := guess(mark, released))},
        words=tuple(
            WordView(i=at, text=word.text, x=word.x, y=word.y, w=word.w, h=word.h)
            for at, word in enumerate(released.words)
        ),
        marks=tuple(mark for mark in marks if mark.state not in ("withdrawn", "lifted")),
    )


def find_places(
    tx: Transaction, version_id: str, *, phrase: str, whole_words: bool = False
) -> FoundView:
    """Find every occurrence of a phrase, across lines and pages, to be reviewed and proposed."""
    require(tx, Action.LIST_REDACTIONS, Target("version", version_id))
    ref = SearchRef(version_id=version_id, phrase=phrase, whole_words=whole_words)
    found = release(tx, ref)
    marks = [
        mark
        for mark in queries.list_redactions(tx, version_id)
        if mark.state in ("proposed", "approved", "in_force")
    ]
    hits = []
    for hit in found.hits:
        places = _places(hit)
        covered = all(_covered(place, marks) for place in places)
        hits.append(
            HitView(
                places=places,
                before=hit.before,
                match=hit.match,
                after=hit.after,
                marked=covered,
            )
        )
    return FoundView(phrase=found.phrase, hits=tuple(hits))


def _places(hit: ReleasedHit) -> tuple[Place, ...]:
    pages = sorted({page for page, _ in hit.fragments})
    return tuple(
        Place(page=page, rects=tuple(rect for at, rect in hit.fragments if at == page))
        for page in pages
    )


def _covered(place: Place, marks: Iterable[RedactionView]) -> bool:
    on_page = [rect for mark in marks if mark.page == place.page for rect in mark.rects]
    return all(any(_inside(rect, other) for other in on_page) for rect in place.rects)


def _inside(rect: Rect, other: Rect) -> bool:
    x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def propose_redactions(
    tx: Transaction, version_id: str, command: ProposeRedactions
) -> list[RedactionView]:
    """Propose redactions for one reason: they withhold at once, and wait for another person.

    Raises:
        Invalid: unknown or too many categories, a place off the page, an embargo without end.
        Conflict: the version was published meanwhile.
    """
    target = Target("version", version_id)
    require(tx, Action.PROPOSE_REDACTION, target)
    version = lock_for_marks(tx, version_id)
    check_reason(command)
    pages = {
        number: release(tx, PageRef(version_id=version_id, page=number))
        for number in sorted({place.page for place in command.places})
        if number <= version.pages
    }
    rows = [_row(tx, version_id, command, place, pages) for place in command.places]
    group = rows[0].id
    for row in rows:
        row.group_id = group
    tx.session.add_all(rows)
    tx.session.flush()
    if command.restricted_justification:
        deliberation.keep_reason(tx, version_id, group, command.restricted_justification)
    for row in rows:
        emit_proposal(tx, target, row, command)
    wanted = {row.id for row in rows}
    return [v for v in queries.list_redactions(tx, version_id) if v.id in wanted]


def check_reason(command: Reason) -> None:
    """Refuse a reason with categories or an end that cannot be taken."""
    problems: dict[str, str] = {}
    if problem := category_problem(command.categories):
        problems["categories"] = problem
    if problem := expiry_problem(command.categories, ends=command.expires_on, today=now().date()):
        problems["expires_on"] = problem
    if problems:
        raise Invalid(fields=problems)


def _row(
    tx: Transaction,
    version_id: str,
    command: ProposeRedactions,
    place: Place,
    pages: dict[int, ReleasedPage],
) -> Redaction:
    page = pages.get(place.page)
    if page is None:
        raise Invalid(fields={"page": "The report has no such page."})
    rects = on_page(place.rects, page)
    return new_row(
        tx,
        version_id,
        command,
        page=place.page,
        rects=[list(rect) for rect in rects],
        mode=command.mode or default_mode(command.categories),
        size_words=words_in(page, rects),
    )


def new_row(
    tx: Transaction,
    version_id: str,
    command: Reason,
    *,
    page: int,
    rects: list[list[float]],
    mode: str,
    size_words: int,
) -> Redaction:
    """Make the row of a proposal; its group is left to the caller."""
    ends = command.expires_on
    return Redaction(
        id=new_id("redaction"),
        version_id=version_id,
        group_id="",
        page=page,
        rects=rects,
        mode=mode,
        categories=sorted(set(command.categories)),
        character=command.character,
        justification=command.justification,
        size_words=size_words,
        state="proposed",
        proposed_by=tx.actor.id,
        proposed_at=now(),
        expires_at=datetime.combine(ends, time(), tzinfo=UTC) if ends else None,
        substitute=command.substitute or None,
        segregable=command.segregable,
    )


def emit_proposal(
    tx: Transaction, target: Target, row: Redaction, command: Reason, *, where: str = ""
) -> None:
    """Tell of a proposal; `where` says its place in evidence."""
    facts: dict[str, Fact] = {
        "version_id": row.version_id,
        "page": row.page,
        "categories": list(row.categories),
        "mode": row.mode,
        "group": row.group_id,
        "restricted": bool(command.restricted_justification),
    }
    if row.evidence is not None:
        facts |= {"evidence": row.evidence, "place": where}
    tx.emit(
        Event(
            name="RedactionProposed",
            licence=Action.PROPOSE_REDACTION,
            target=target,
            subject=Target("redaction", row.id),
            facts=facts,
            content={
                "character": row.character,
                "justification": row.justification,
                **({"substitute": row.substitute} if row.substitute else {}),
            },
            stage="proposed",
        )
    )


def decide_redactions(
    tx: Transaction, version_id: str, command: DecideRedactions
) -> list[GroupView]:
    """Approve or refuse redactions that somebody else proposed; gives the version's groups.

    Raises:
        Invalid: an approval without the statement, a refusal without a reason.
        Conflict: none of them waits for a decision.
    """
    require(tx, Action.LIST_REDACTIONS, Target("version", version_id))
    rows = undecided(tx, version_id, command.redactions, command.groups)
    for row in rows:
        require(tx, Action.DECIDE_REDACTION, Target("redaction", row.id))
    if command.approve and not command.statement:
        raise Invalid(
            fields={"statement": "An approval needs this statement. Refuse it if it is not true."}
        )
    if not command.approve and not command.reason:
        raise Invalid(fields={"reason": "Say why, so that the proposer can do better."})
    for row in rows:
        _decide(tx, row, command)
    return queries.grouped(queries.list_redactions(tx, version_id))


def _decide(tx: Transaction, row: Redaction, command: DecideRedactions) -> None:
    row.state = after(row.state, "approve" if command.approve else "refuse")
    row.decided_by, row.decided_at = tx.actor.id, now()
    row.decision_reason = command.reason or None
    row.negative_statement = command.approve and command.statement
    tx.session.flush()
    target = Target("redaction", row.id)
    forget(tx, target)
    tx.emit(
        Event(
            name="RedactionApproved" if command.approve else "RedactionRefused",
            licence=Action.DECIDE_REDACTION,
            target=target,
            facts={"version_id": row.version_id, "statement": row.negative_statement},
            content={"reason": command.reason} if command.reason else None,
            stage=row.state,
        )
    )
