"""Statements that were shared or released, as the acting person may read them; and all of them."""

from collections.abc import Iterable, Mapping, Sequence

from app.access.decide import keep, may_all, require
from app.access.released import ReleasedField
from app.access.statement_facts import remember_statements
from app.access.statement_texts import statement_texts
from app.domain.actions import Action
from app.domain.events import Event
from app.domain.statements import PAYMENTS, RIGHTS
from app.domain.targets import INSTALLATION, Target
from app.features.signing import queries as signing
from app.features.signing.schemas import SignatureView
from app.features.statements import drafts, listing, queries, verdicts
from app.features.statements.content import Content, Section, digest_of, read_content, word_changes
from app.features.statements.schemas import (
    ChoiceView,
    CommentView,
    ListQuery,
    PartView,
    StatementRow,
    StatementsView,
    StatementView,
    WorkspaceRow,
)
from app.kernel.actor import Side
from app.kernel.errors import NotFound
from app.models.statements import Statement, StatementComment
from app.transaction import Transaction

_ACTS = (
    ("comment", Action.COMMENT_STATEMENT),
    ("decide", Action.DECIDE_COMMENT),
    ("publish", Action.DECIDE_PUBLICATION),
    ("narrow", Action.NARROW_STATEMENT),
    ("withdraw", Action.WITHDRAW_STATEMENT),
    ("export", Action.EXPORT_STATEMENT),
)


def list_statements(tx: Transaction, query: ListQuery) -> StatementsView:
    """Give a page of the statements one may read, and the workspaces of one's organisation."""
    require(tx, Action.LIST_STATEMENTS, INSTALLATION)
    outside = tx.actor.side is Side.REVIEWER
    found, total = listing.list_statements(tx, query)
    versions, organisations = listing.choices(tx)
    remember_statements(tx, found)
    kept = keep(tx, Action.READ_STATEMENT, found, lambda row: Target("statement", row.id))
    tx.emit(Event(name="StatementsListed", licence=Action.LIST_STATEMENTS, target=INSTALLATION))
    return StatementsView(
        query=query,
        rows=rows_of(tx, kept),
        workspaces=_workspaces(tx) if outside else (),
        counts=listing.counts(tx, query),
        versions=tuple(versions),
        organisations=() if outside else tuple(organisations),
        page=query.page,
        pages=max(1, -(-total // listing.PAGE_SIZE)),
        total=total,
    )


def read_statement(tx: Transaction, statement_id: str) -> StatementView:
    """Give a statement that was shared or released, with its differences to the one before."""
    target = Target("statement", statement_id)
    require(tx, Action.READ_STATEMENT, target)
    row = queries.get_statement(tx, statement_id)
    tell_read(tx, row, "page")
    return statement_view(tx, row)


def statement_view(tx: Transaction, row: Statement) -> StatementView:
    """Give a statement as a view; its reading was decided before."""
    body = body_of(tx, row)
    content = read_content(body.body) if body and body.body else None
    (listed,) = rows_of(tx, [row])
    review = queries.get_review(tx, row.review_id)
    reason = statement_texts(tx, row.id, ["withdrawn"]).get("withdrawn")
    before, after = _beside(tx, row)
    acts = _acts(tx, row)
    return StatementView(
        row=listed,
        version_id=row.version_id,
        masked=content is None,
        missing_codes=body.missing_codes if body else (),
        parts=_parts(tx, content, before) if content else (),
        file=drafts.file_view(row) if content else None,
        comments=comment_views(tx, row),
        said=verdicts.shared_digest(tx, row),
        verdicts=verdicts.verdict_views(tx, row),
        approval="publish" in acts and review.publication_right == "approval",
        text_digest=digest_of(body.body.encode()) if body and body.body else None,
        narrowable="narrow" in acts and body is not None and bool(body.body and body.sensitivity),
        publication_right=content.publication_right if content else RIGHTS[
            review.publication_right
        ],
        payment=content.payment if content else PAYMENTS[review.payment],
        signature=signature_of(tx, row),
        withdrawn_at=row.withdrawn_at,
        withdrawn_why=reason.body if reason else None,
        window_opens_at=row.window_opens_at,
        open_to=tuple(row.open_to),
        before=before.id if before else None,
        after=after.id if after else None,
        acts=acts,
    )  # fmt: skip


def body_of(tx: Transaction, row: Statement) -> ReleasedField | None:
    """Give what was released of a statement, or while it was only shared, what was shared."""
    name = "content" if row.released_at is not None else "shared"
    return statement_texts(tx, row.id, [name]).get(name)


def rows_of(tx: Transaction, rows: Sequence[Statement]) -> tuple[StatementRow, ...]:
    """Give statements as rows of a list."""
    names = queries.organisation_names(tx, {row.organisation_id for row in rows})
    versions = queries.version_names(tx, {row.version_id for row in rows})
    return tuple(
        StatementRow(
            id=row.id,
            review_id=row.review_id,
            organisation_name=names.get(row.organisation_id, ""),
            report_title=versions.get(row.version_id, ("", 0))[0],
            version_number=versions.get(row.version_id, ("", 0))[1],
            number=row.number,
            state=row.state,
            released_at=row.released_at,
            window_closes_at=row.window_closes_at,
        )
        for row in rows
    )


def signature_of(tx: Transaction, row: Statement) -> SignatureView | None:
    """Find the signature over a released statement."""
    target = Target("statement", row.id)
    found = signing.signatures_of(tx, target, row.digest or "")
    return found[0] if found else None


def comment_views(tx: Transaction, row: Statement) -> tuple[CommentView, ...]:
    """Give the comments on a statement, with their texts as the reader may read them."""
    comments = queries.comments_of(tx, row.id)
    names = [f"{field}.{one.id}" for one in comments for field in ("comment", "quote", "reason")]
    texts = statement_texts(tx, row.id, names) if names else {}
    return tuple(_comment(one, texts) for one in comments)


def _comment(one: StatementComment, texts: Mapping[str, ReleasedField]) -> CommentView:
    def said(field: str) -> str | None:
        text = texts.get(f"{field}.{one.id}")
        return text.body if text else ""

    return CommentView(
        id=one.id,
        number=one.number,
        kind=one.kind,
        category=one.category,
        topic=one.topic,
        quote=said("quote"),
        comment=said("comment"),
        made_at=one.made_at,
        decision=one.decision,
        reason=said("reason"),
        decided_at=one.decided_at,
    )


def tell_read(tx: Transaction, row: Statement, form: str) -> None:
    """Record that a statement was read, and in which form."""
    tx.emit(
        Event(
            name="StatementRead",
            licence=Action.READ_STATEMENT,
            target=Target("statement", row.id),
            facts={"form": form, "digest": row.digest, "version_id": row.version_id},
        )
    )


def _workspaces(tx: Transaction) -> tuple[WorkspaceRow, ...]:
    reviews = queries.own_reviews(tx)
    drafts = queries.own_drafts(tx)
    names = queries.version_names(
        tx, {row.version_id for row in reviews} | {row.version_id for row, _ in drafts.values()}
    )
    found = []
    for review in reviews:
        draft, sections = drafts.get(review.id, (None, 0))
        title, number = names.get(draft.version_id if draft else review.version_id, ("", 0))
        found.append(
            WorkspaceRow(
                review_id=review.id,
                report_title=title,
                version_number=number,
                state=draft.state if draft else None,
                sections=sections,
            )
        )
    return tuple(found)


def _parts(tx: Transaction, content: Content, before: Statement | None) -> tuple[PartView, ...]:
    old = _sections_before(tx, before)
    return tuple(
        PartView(
            topic=one.topic,
            title=one.title,
            text=one.text,
            points_to=tuple(
                ChoiceView(kind=ref.kind, id=ref.id, label=ref.label, note=ref.note)
                for ref in one.references
            ),
            changes=word_changes(old[one.topic].text, one.text)
            if one.topic in old and old[one.topic].text != one.text
            else (),
        )
        for one in content.sections
    )


def _sections_before(tx: Transaction, before: Statement | None) -> dict[str, Section]:
    if before is None:
        return {}
    body = body_of(tx, before)
    if body is None or body.body is None:
        return {}
    return {one.topic: one for one in read_content(body.body).sections}


def _beside(tx: Transaction, row: Statement) -> tuple[Statement | None, Statement | None]:
    """Find the editions released before and after this one that the reader may read."""
    others = [one for one in queries.editions(tx, row.review_id) if one.id != row.id]
    remember_statements(tx, others)
    may_read = _readable(tx, others)
    before = [one for one in may_read if one.number < row.number]
    after = [one for one in may_read if one.number > row.number]
    return (before[0] if before else None), (after[-1] if after else None)


def _readable(tx: Transaction, rows: Iterable[Statement]) -> list[Statement]:
    kept = []
    for row in rows:
        try:
            require(tx, Action.READ_STATEMENT, Target("statement", row.id))
        except NotFound:
            continue
        kept.append(row)
    return kept


def _acts(tx: Transaction, row: Statement) -> tuple[str, ...]:
    target = Target("statement", row.id)
    allowed = may_all(tx, [(action, target) for _, action in _ACTS])
    return tuple(name for (name, _), good in zip(_ACTS, allowed, strict=True) if good)
