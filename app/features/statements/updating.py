"""What an update changes: word by word beside the edition before, and in numbers for the record."""

from collections.abc import Sequence

from app.access.decide import require
from app.access.statement_texts import statement_texts
from app.domain.actions import Action
from app.domain.statements import AUDIENCES
from app.domain.targets import Target
from app.features.statements import queries
from app.features.statements.content import (
    Content,
    SectionChange,
    Update,
    read_content,
    shortened,
    title_of,
    word_changes,
)
from app.features.statements.record import ChangedSection, Updated
from app.features.statements.schemas import FileView, SectionView
from app.kernel.errors import Conflict, Invalid
from app.models.statements import Statement
from app.transaction import Transaction


def changes_of(
    tx: Transaction,
    row: Statement,
    sections: tuple[SectionView, ...],
    file: FileView | None,
) -> tuple[Update | None, Updated | None]:
    """Compare a statement as it is written with the edition before it, where there is one.

    The words of the edition before are handed on only where its lead stated that they hold nothing
    withheld, and while it stands; how many changed is told anyway.
    """
    earlier = [one for one in queries.editions(tx, row.review_id) if one.number < row.number]
    if not earlier:
        return None, None
    before = earlier[0]
    old = _content_of(tx, before)
    if old is None or before.digest is None:
        return None, None
    texts = {one.topic: one.text for one in old.sections}
    changed = [
        SectionChange(
            topic=one.topic,
            title=title_of(one.topic),
            words=word_changes(texts.get(one.topic, ""), one.text),
        )
        for one in sections
        if texts.get(one.topic, "").split() != one.text.split()
    ]
    shown = _handed_on(before)
    update = Update(
        edition=before.number,
        sha256=before.digest,
        shown=shown,
        changes=tuple(one.model_copy(update={"words": shortened(one.words)}) for one in changed)
        if shown
        else (),
    )
    return update, Updated(
        edition=before.number,
        digest=before.digest,
        sections=tuple(
            ChangedSection(section=one.title, added=_count(one, "added"), gone=_count(one, "gone"))
            for one in changed
        ),
        file=_file(old.file, file),
        shown=shown,
    )


def gone_words(content: Content) -> dict[str, str]:
    """Give by topic the words of the edition before that an update hands on."""
    if content.update is None:
        return {}
    return {
        one.topic: "\n".join(words for kind, words in one.words if kind != "added")
        for one in content.update.changes
    }


def require_handed_on(
    tx: Transaction, row: Statement, content: Content, open_to: Sequence[str]
) -> None:
    """Let an update hand the words that went to nobody to whom they were not open before.

    Raises:
        Conflict: the edition before was withdrawn since the update was prepared.
        Invalid: the update is opened to more people than the edition before.
    """
    update = content.update
    if update is None or not _words_gone(update):
        return
    before = next(one for one in queries.editions(tx, row.review_id) if one.number < row.number)
    if before.number != update.edition or not _handed_on(before):
        raise Conflict(
            "The edition before was withdrawn since this one was prepared, which shows its words.",
            remedy="Prepare it again, and sign what you get then.",
            code="statement-unsealed",
        )
    wider = [label for value, label in AUDIENCES.items() if value in {*open_to} - {*before.open_to}]
    if wider:
        said = (
            f"The edition before was not opened to these: {', '.join(wider)}. This update shows"
            " words that were taken out of it. Open it to nobody else than that edition, or"
            " withdraw that edition and prepare this one again."
        )
        raise Invalid(fields={"open_to": said})


def _handed_on(before: Statement) -> bool:
    return before.narrowed and before.state == "released"


def _words_gone(update: Update) -> bool:
    return any(kind == "gone" for one in update.changes for kind, _ in one.words)


def _content_of(tx: Transaction, before: Statement) -> Content | None:
    require(tx, Action.READ_STATEMENT_DRAFT, Target("statement", before.id))
    kept = statement_texts(tx, before.id, ["content"]).get("content")
    return read_content(kept.body) if kept and kept.body else None


def _count(change: SectionChange, kind: str) -> int:
    return sum(len(words.split()) for found, words in change.words if found == kind)


def _file(old: FileView | None, new: FileView | None) -> str:
    if old is None and new is None:
        return ""
    if old is None or new is None:
        return "An uploaded file was added" if old is None else "The uploaded file was taken off"
    return "The uploaded file is the same" if old.digest == new.digest else (
        "The uploaded file is another one"
    )  # fmt: skip
