"""A draft as its own organisation sees it: its sections, what they can point to, its warnings."""

from collections.abc import Sequence

from app.access.decide import may
from app.access.linter import withheld_from_public
from app.access.statement_texts import statement_texts
from app.audit.statement import pointing, said_digest
from app.domain.actions import Action
from app.domain.statements import TOPICS
from app.domain.targets import Target
from app.features.statements import disagreements, queries
from app.features.statements.content import Update
from app.features.statements.queries import Pointed
from app.features.statements.schemas import ChoiceView, FileView, SectionView, WarningView
from app.kernel.errors import NotFound, Unavailable
from app.models.reviews import Review
from app.models.statements import Statement, StatementDraft, StatementSection
from app.transaction import Transaction

FILE_WORDS = "draft.file_words"
"""The field that keeps what an uploaded file says, to compare it."""


def sections_view(tx: Transaction, review: Review, row: Statement) -> tuple[SectionView, ...]:
    """Give every section of a draft, those that nobody began included."""
    written = queries.sections_of(tx, row.id)
    texts = statement_texts(tx, row.id, [f"draft.{topic}" for topic in TOPICS])
    known = {(one.kind, one.id): one for one in queries.pointed(tx, review, row.version_id)}
    names = queries.people(tx, {one.written_by for one in written.values()})
    found = []
    for topic, (title, asks) in TOPICS.items():
        section, text = written.get(topic), texts.get(f"draft.{topic}")
        found.append(
            SectionView(
                topic=topic,
                title=title,
                asks=asks,
                text=(text.body or "") if text else "",
                words=section.words if section else 0,
                revision=section.revision if section else 0,
                points_to=_chosen(topic, section, known),
                written_by=names.get(section.written_by) if section else None,
                written_at=section.written_at if section else None,
            )
        )
    return tuple(found)


def said_in(
    row: Statement,
    sections: Sequence[SectionView],
    file: FileView | None,
    update: Update | None,
) -> str:
    """Give the digest of what a draft says now: audit/statement.said_digest."""
    carried = carried_in(sections)
    return said_digest(
        row.id,
        row.version_id,
        [
            (one.topic, one.text, [pointing(ref.model_dump(), carried) for ref in one.points_to])
            for one in sections
        ],
        file.digest if file else None,
        update.model_dump(mode="json") if update else None,
    )


def carried_in(sections: Sequence[SectionView]) -> tuple[str, ...]:
    """Name what carries words of both sides into a draft."""
    return tuple(sorted({ref.id for one in sections for ref in one.points_to if ref.carried}))


def choices_view(tx: Transaction, review: Review, row: Statement) -> tuple[ChoiceView, ...]:
    """Give what a section can point to."""
    return tuple(choice_of(one) for one in queries.pointed(tx, review, row.version_id))


def choice_of(one: Pointed, *, chosen: bool = False) -> ChoiceView:
    """Give a thing as something to choose."""
    return ChoiceView(
        kind=one.kind, id=one.id, label=one.label, note=one.note, chosen=chosen, href=one.href,
        carried=one.carried is not None,
    )  # fmt: skip


def warnings_of(
    tx: Transaction, row: Statement, texts: dict[str, str]
) -> tuple[tuple[WarningView, ...], bool]:
    """Warn, privately, where a draft repeats what is withheld from the public; see the linter.

    Gives the warnings, and whether there was an edition to compare with.
    """
    found: list[WarningView] = []
    if not may(tx, Action.READ_VERSION, Target("version", row.version_id)):
        return (), False
    try:
        for topic, text in texts.items():
            if text.strip():
                hits = withheld_from_public(tx, row.version_id, [text]).hits
                found += [
                    WarningView(
                        topic=topic, words=hit.words, pages=hit.pages, categories=hit.categories
                    )
                    for hit in hits
                ]
    except (Unavailable, NotFound):
        return (), False
    return tuple(found), True


def file_words(tx: Transaction, row: Statement) -> str | None:
    """Give the words of the uploaded file of one's own draft; None where none were kept."""
    kept = statement_texts(tx, row.id, [FILE_WORDS]).get(FILE_WORDS)
    return (kept.body or "").strip() or None if kept else None


def as_text(words: str | None) -> dict[str, str]:
    """Give the words of a file as one more text to compare, under the name `file`."""
    return {"file": words} if words else {}


def file_view(held: StatementDraft | Statement) -> FileView | None:
    """Give the file of a statement, where there is one."""
    if held.file_digest is None:
        return None
    return FileView(kind=held.file_kind or "", digest=held.file_digest, bytes=held.file_bytes or 0)


def texts_of(sections: Sequence[SectionView]) -> dict[str, str]:
    """Give what is compared with what is withheld, by topic: what is carried along as well."""
    return {
        one.topic: "\n\n".join([one.text, *(ref.note for ref in one.points_to if ref.carried)])
        for one in sections
    }


def _chosen(
    topic: str, section: StatementSection | None, known: dict[tuple[str, str], Pointed]
) -> tuple[ChoiceView, ...]:
    """Give what a section points to; what is not there any more is left out.

    Disagreements that were recorded stand in theirs by themselves.
    """
    keys = [(one["kind"], one["id"]) for one in section.points_to] if section else []
    if topic == disagreements.TOPIC:
        keys += [key for key, one in known.items() if one.carried is not None and key not in keys]
    return tuple(choice_of(known[key], chosen=True) for key in keys if key in known)
