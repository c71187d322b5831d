"""Sharing a draft for comments; preparing, signing, releasing and withdrawing a statement.

What is signed is made once, kept as it is, and released as it is: the text with the digests of
what it points to and of its appendix (content.py). The publisher reads it from then on.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import text

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.narrowing import once_granted
from app.access.statement_facts import standings_of
from app.access.statement_texts import statement_texts
from app.audit.signatures import bytes_to_sign
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.statements import COMMENT_KINDS, PAYMENTS, RIGHTS, window
from app.domain.targets import Target
from app.features.signing import queries as signing
from app.features.signing.service import put_signature, relying_party, share_signatures
from app.features.statements import drafts, queries, service, verdicts
from app.features.statements.appendix import make_appendix
from app.features.statements.content import (
    FORMAT,
    CommentCount,
    Content,
    Section,
    bytes_of,
    digest_of,
    read_content,
    reference,
    said_of,
)
from app.features.statements.narrowing import (
    NOTHING_WITHHELD,
    cleared_for,
    require_narrowable,
    sensitivity_of,
    texts_in,
)
from app.features.statements.queries import Around
from app.features.statements.record import Appendix
from app.features.statements.schemas import (
    ReleaseStatement,
    SealedView,
    ShareStatement,
    StatementMade,
    WarningView,
    WithdrawStatement,
)
from app.features.statements.updating import changes_of, require_handed_on
from app.kernel.clock import now
from app.kernel.errors import Conflict, Invalid
from app.models.statements import Statement, StatementComment, StatementDraft
from app.transaction import Transaction

_SAID = re.compile(r"\S")


def share_draft(tx: Transaction, statement_id: str, command: ShareStatement) -> StatementMade:
    """Share the draft with the publisher for comments; the window's dates are fixed with it.

    Once the time for comments on what was shared is over, it can be shared anew as it is then.

    Raises:
        Invalid: it says nothing yet, or who says that it holds nothing withheld cannot know, or
            did not confirm the words that are.
    """
    target = Target("statement", statement_id)
    require(tx, Action.SHARE_STATEMENT, target)
    row = queries.get_statement(tx, statement_id, lock=True)
    content, _ = _made(tx, row)
    _require_said(content)
    if command.nothing_withheld:
        require_narrowable(tx, row, content, kept="shared", confirmed=command.hits_confirmed)
    row.state = service.step("share", row)
    moment = tx.session.execute(text("SELECT now()")).scalar_one()
    opens, closes = window(moment, command.days)
    row.shared_at, row.window_opens_at, row.window_closes_at = now(), opens, closes
    row.sharings = [*row.sharings, row.shared_at]
    service.unseal(tx, row)
    _hand_out_file(row, queries.draft_of(tx, row.id))
    tx.session.flush()
    _keep(tx, row, "shared", bytes_of(content).decode(), sensitivity_of(tx, row))
    _share(tx, row, "shared", narrow=command.nothing_withheld)
    facts: dict[str, Fact] = {
        "version_id": row.version_id,
        "number": row.number,
        "closes": (closes - timedelta(seconds=1)).date().isoformat(),
        "sharing": len(row.sharings),
        "stated": NOTHING_WITHHELD if command.nothing_withheld else None,
    }
    _tell(tx, row, "StatementShared", Action.SHARE_STATEMENT, facts)
    return StatementMade(id=row.id, state=row.state)


def seal_statement(tx: Transaction, statement_id: str) -> SealedView:
    """Prepare what is to be signed, with its appendix as the record stands now.

    Raises:
        Invalid: it says nothing yet.
        Conflict: a comment waits for a decision, or the window for comments is still open.
    """
    target = Target("statement", statement_id)
    verdicts.require_release(tx, statement_id)
    require(tx, Action.WRITE_STATEMENT, target)
    row = queries.get_statement(tx, statement_id, lock=True)
    _require_comments_done(tx, row)
    content, appendix = _made(tx, row)
    _require_said(content)
    verdicts.require_due(tx, row, said_of(content))
    body = bytes_of(content)
    draft = queries.draft_of(tx, row.id)
    draft.digest, draft.sealed_at = digest_of(body), now()
    tx.session.flush()
    needed = sensitivity_of(tx, row)
    _keep(tx, row, "content", body.decode(), needed)
    _keep(tx, row, "appendix", bytes_of(appendix).decode(), ())
    service.privately(
        tx, "StatementSealed", Action.WRITE_STATEMENT, target, row.version_id, row.id,
        digest=draft.digest,
    )  # fmt: skip
    return _sealed(tx, row, content, draft.digest)


def read_sealed(tx: Transaction, statement_id: str) -> SealedView:
    """Give what waits to be signed; Conflict where nothing does, or the text changed since."""
    target = Target("statement", statement_id)
    verdicts.require_release(tx, statement_id)
    require(tx, Action.READ_STATEMENT_DRAFT, target)
    row = queries.get_statement(tx, statement_id)
    draft = queries.draft_of(tx, row.id)
    if draft.digest is None:
        raise _unsealed()
    service.privately(
        tx, "StatementTaken", Action.READ_STATEMENT_DRAFT, target, row.version_id, row.id,
        form="to sign",
    )  # fmt: skip
    return _sealed(tx, row, sealed_content(tx, row), draft.digest)


def release_statement(
    tx: Transaction, statement_id: str, command: ReleaseStatement
) -> StatementMade:
    """Check the signature over what was prepared, and release just that.

    Raises:
        Conflict: the text changed since, or a comment waits for a decision.
        Invalid: the signature fits none of one's keys, or who says that it holds nothing withheld
            cannot know, or did not confirm the words that are; or an update would show words of
            the edition before to people to whom that was not opened.
    """
    target = Target("statement", statement_id)
    verdicts.require_release(tx, statement_id)
    row = queries.get_statement(tx, statement_id, lock=True)
    _require_comments_done(tx, row)
    draft = queries.draft_of(tx, row.id)
    if draft.digest is None or draft.digest != command.digest:
        raise _unsealed()
    content = sealed_content(tx, row)
    if digest_of(bytes_of(content)) != draft.digest:
        raise _unsealed()
    verdicts.require_due(tx, row, said_of(content))
    require_handed_on(tx, row, content, command.open_to)
    if command.nothing_withheld:
        require_narrowable(tx, row, content, kept="content", confirmed=command.hits_confirmed)
    row.state = service.step("release", row)
    signature = put_signature(
        tx,
        target,
        digest=draft.digest,
        signature=command.signature,
        organisation_id=row.organisation_id,
    )
    share_signatures(tx, target, digest=draft.digest)
    row.released_at, row.digest = now(), draft.digest
    row.open_to, row.narrowed = sorted(command.open_to), command.nothing_withheld
    _hand_out_file(row, draft)
    tx.session.flush()
    _share(tx, row, "content", narrow=command.nothing_withheld)
    _share(tx, row, "appendix", narrow=True)
    facts: dict[str, Fact] = {
        "version_id": row.version_id,
        "number": row.number,
        "digest": row.digest,
        "appendix": content.appendix_sha256,
        "fingerprint": signature.fingerprint,
        "open_to": list(row.open_to),
        "stated": NOTHING_WITHHELD if row.narrowed else None,
    }
    _tell(tx, row, "StatementReleased", Action.RELEASE_STATEMENT, facts)
    return StatementMade(id=row.id, state=row.state, digest=row.digest)


def withdraw_statement(
    tx: Transaction, statement_id: str, command: WithdrawStatement
) -> StatementMade:
    """Withdraw what was shared or released; it stays readable, marked, with the reason.

    Raises:
        Invalid: the statement holds nothing withheld, and its reason would.
    """
    require(tx, Action.WITHDRAW_STATEMENT, Target("statement", statement_id))
    row = queries.get_statement(tx, statement_id, lock=True)
    row.state = service.step("withdraw", row)
    require(tx, Action.READ_STATEMENT_DRAFT, Target("statement", row.id))
    # Who is not cleared for the statement, or has nothing to compare with, states nothing of it.
    narrow = row.narrowed and cleared_for(tx, row, sensitivity_of(tx, row))
    hits, compared = (
        drafts.warnings_of(tx, row, {"reason": command.reason}) if narrow else ((), False)
    )
    if hits:
        said = f"This says what is withheld from the public: “{hits[0].words}”."
        raise Invalid(fields={"reason": said})
    row.withdrawn_at = now()
    tx.session.flush()
    _keep(tx, row, "withdrawn", command.reason, sorted(once_granted(tx, row.version_id)))
    _share(tx, row, "withdrawn", narrow=narrow and compared)
    _tell(tx, row, "StatementWithdrawn", Action.WITHDRAW_STATEMENT, {"number": row.number})
    return StatementMade(id=row.id, state=row.state, digest=row.digest)


def sealed_content(tx: Transaction, row: Statement) -> Content:
    """Read what was prepared for a signature; reading it was decided before."""
    kept = statement_texts(tx, row.id, ["content"]).get("content")
    if kept is None or kept.body is None:
        raise _unsealed()
    return read_content(kept.body)


def draft_document(tx: Transaction, row: Statement) -> tuple[Content, Appendix]:
    """Make a draft as it stands, with its appendix, for its own organisation."""
    require(tx, Action.READ_STATEMENT_DRAFT, Target("statement", row.id))
    return _made(tx, row)


def around_of(tx: Transaction, row: Statement) -> Around:
    """Give what stands around a statement."""
    return queries.around(tx, queries.get_review(tx, row.review_id), row.version_id)


def _made(tx: Transaction, row: Statement) -> tuple[Content, Appendix]:
    """Make the content of a statement as it is written now, and its appendix."""
    require(tx, Action.READ_STATEMENT_DRAFT, Target("statement", row.id))
    around = around_of(tx, row)
    sections = drafts.sections_view(tx, around.review, row)
    file = drafts.file_view(queries.draft_of(tx, row.id))
    update, updated = changes_of(tx, row, sections, file)
    said = drafts.said_in(row, sections, file, update)
    appendix = make_appendix(tx, around, row, said=said, updated=updated)
    content = Content(
        format=FORMAT,
        statement=row.id,
        edition=row.number,
        organisation=around.organisation.name,
        report=around.report.title,
        version=around.version.number,
        version_id=around.version.id,
        review=around.review.id,
        publication_right=RIGHTS[around.review.publication_right],
        payment=PAYMENTS[around.review.payment],
        sections=tuple(
            Section(
                topic=one.topic,
                title=one.title,
                text=one.text,
                references=tuple(
                    reference(ref.kind, ref.id, ref.label, ref.note) for ref in one.points_to
                ),
            )
            for one in sections
        ),
        file=file,
        comments=_counted(queries.comments_of(tx, row.id)),
        appendix_sha256=digest_of(bytes_of(appendix)),
        update=update,
        carried=drafts.carried_in(sections),
    )
    return content, appendix


def _counted(comments: Sequence[StatementComment]) -> tuple[CommentCount, ...]:
    def decided(kind: str, decision: str) -> int:
        return sum(one.kind == kind and one.decision == decision for one in comments)

    return tuple(
        CommentCount(
            kind=kind,
            made=sum(one.kind == kind for one in comments),
            adopted=decided(kind, "adopted"),
            in_part=decided(kind, "in_part"),
            not_adopted=decided(kind, "not_adopted"),
        )
        for kind in COMMENT_KINDS
        if any(one.kind == kind for one in comments)
    )


def _require_said(content: Content) -> None:
    if content.file is None and not any(_SAID.search(one.text) for one in content.sections):
        said = "It says nothing yet. Write a section, or upload a statement written elsewhere."
        raise Invalid(fields={"sections": said})


def _require_comments_done(tx: Transaction, row: Statement) -> None:
    if row.state != "shared":
        return
    if standings_of(tx, [row])[row.id].open:
        raise Conflict(
            "The publisher can still comment on the draft.",
            remedy="Release it once the window has closed, or they say they have no more comments.",
        )
    if any(one.decision is None for one in queries.comments_of(tx, row.id)):
        raise Conflict(
            "A comment waits for your decision.", remedy="Decide each comment, then go on."
        )


def _sealed(tx: Transaction, row: Statement, content: Content, digest: str) -> SealedView:
    warnings: tuple[WarningView, ...]
    words = drafts.file_words(tx, row) if content.file else None
    texts = {**texts_in(content), **drafts.as_text(words)}
    warnings, compared = drafts.warnings_of(tx, row, texts)
    return SealedView(
        id=row.id,
        digest=digest,
        to_sign=bytes_to_sign(digest).decode(),
        keys=signing.key_views(tx, usable=True),
        relying_party=relying_party(tx),
        warnings=warnings,
        compared=compared,
        file=content.file,
        file_read=bool(words),
    )


def _hand_out_file(row: Statement, draft: StatementDraft) -> None:
    row.file_kind, row.file_digest = draft.file_kind, draft.file_digest
    row.file_bytes = draft.file_bytes


def _keep(tx: Transaction, row: Statement, field: str, body: str, at_least: Sequence[str]) -> None:
    deposit_field(
        tx,
        Target("statement", row.id),
        field=field,
        body=body,
        version_id=row.version_id,
        organisation_id=row.organisation_id,
        shared=False,
        at_least=at_least,
    )


def _share(tx: Transaction, row: Statement, field: str, *, narrow: bool) -> None:
    """Share a text; without the lead's statement a reader needs what its writers had lifted."""
    target = Target("statement", row.id)
    kept = statement_texts(tx, row.id, [field])[field]
    share_field(tx, target, field=field, narrowed_to=() if narrow else kept.sensitivity)


def _tell(
    tx: Transaction, row: Statement, name: str, licence: Action, facts: Mapping[str, Fact]
) -> None:
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("statement", row.id),
            organisations=frozenset({row.organisation_id}),
            facts={"review_id": row.review_id, **facts},
            stage=row.state,
        )
    )


def _unsealed() -> Conflict:
    return Conflict(
        "The text has changed since it was prepared for the signature.",
        remedy="Prepare it again, and sign what you get then.",
        code="statement-unsealed",
    )
