"""Assurances as they are read: rows by scope, texts by release, wordings as they are offered."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.access.decide import keep_to_read
from app.access.release import release_fields
from app.access.released import ReleasedField
from app.access.said_facts import assurances_named, remember_assurances
from app.audit.canonical import canonical_bytes
from app.db.base import one_of
from app.domain.actions import Action
from app.domain.assurances import SIGNED, TEMPLATES, whose
from app.domain.targets import Target
from app.features.assurances.schemas import AssuranceView, DraftView, WordingView
from app.features.signing import queries as signing
from app.kernel.actor import Role, Side
from app.kernel.errors import NotFound
from app.models.assurances import Assurance, AssuranceDraft, AssuranceTemplate
from app.models.organisations import Organisation
from app.models.people import Person
from app.models.reports import Report, Version
from app.models.requests import Request
from app.models.reviews import Review
from app.transaction import Transaction

OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})
MOST = 1000
FIELDS = ("text", "scope", "qualification")
Texts = dict[str, dict[str, ReleasedField]]


def rows_of(tx: Transaction, *, review_id: str = "") -> list[Assurance]:
    """List those that the acting person may read, what is open first, licensed to be read."""
    statement = select(Assurance)
    if tx.actor.side is Side.REVIEWER:
        statement = statement.where(Assurance.organisation_id == (tx.actor.organisation_id or ""))
    if review_id:
        statement = statement.where(Assurance.review_id == review_id)
    rows = tx.session.scalars(
        statement.order_by(
            Assurance.state != "requested", Assurance.requested_at.desc(), Assurance.id
        ).limit(MOST)
    ).all()
    return readable(tx, rows)


def readable(tx: Transaction, rows: Sequence[Assurance]) -> list[Assurance]:
    """Keep those that may be read; their texts may then be released."""
    remember_assurances(tx, rows)
    return keep_to_read(tx, Action.READ_ASSURANCE, rows, lambda row: Target("assurance", row.id))


def get_row(tx: Transaction, assurance_id: str, *, lock: bool = False) -> Assurance:
    """Give one row; locked until the end where it is to be changed."""
    row = tx.session.get(
        Assurance, assurance_id, with_for_update=lock or None, populate_existing=lock
    )
    if row is None:
        raise NotFound
    return row


def get_draft(tx: Transaction, assurance_id: str) -> AssuranceDraft:
    """Give what the publisher prepares; nobody else finds it."""
    row = tx.session.get(AssuranceDraft, assurance_id)
    if row is None:
        raise NotFound
    return row


def list_assurances(tx: Transaction, review_id: str) -> tuple[AssuranceView, ...]:
    """List what was released in a review, by number, with texts as the reader may read them."""
    rows = [row for row in rows_of(tx, review_id=review_id) if row.released_at is not None]
    return views(tx, sorted(rows, key=lambda row: row.number))


def texts_of(tx: Transaction, ids: Sequence[str]) -> Texts:
    """Give the texts by field and assurance; the reading of each was decided before."""
    subjects = [Target("assurance", one) for one in ids]
    return {field: release_fields(tx, subjects, field=field) for field in FIELDS}


def views(tx: Transaction, rows: Sequence[Assurance]) -> tuple[AssuranceView, ...]:
    """Give assurances in full; the reading of each was decided before.

    Without a nonce the digest is over the number and the organisation, and whoever tries a few
    finds them: it is given, with its signatures, to those who may know whose it is.
    """
    texts = texts_of(tx, [row.id for row in rows])
    versions = versions_named(tx, {row.version_id for row in rows})
    known = known_whose(tx, rows)
    names = organisation_names(tx, [row for row in rows if row.id in known])
    asked = {row.request_id for row in rows if row.request_id} if knows_whose(tx) else set()
    requests = _numbers(tx, Request, asked)
    # What came before or after would tell who knew whose that was.
    before = _numbers(tx, Assurance, {row.supersedes_id for row in rows if row.id in known})
    after = _superseding(tx, sorted(known))
    found = []
    for row in rows:
        told = row.id in known
        told_digest = told or row.nonce is not None
        draft = _draft_view(tx, row, told_digest=told_digest)
        digest = row.digest or (draft.digest if draft else None)
        digest = digest if told_digest else None
        said = {field: texts[field].get(row.id) for field in FIELDS}
        found.append(
            AssuranceView(
                **{
                    name: getattr(row, name)
                    for name in (
                        "id", "alias", "version_id", "state", "requested_at", "as_of",
                        "publishable", "signatory_name", "released_at", "withdrawn_at",
                        "withdrawn_why",
                    )
                },
                number=row.number if told else row.alias,
                organisation_id=row.organisation_id if told else None,
                review_id=row.review_id if told else None,
                for_whom=for_whom(row) if told else None,
                **{field: text.body if text else None for field, text in said.items()},
                masked=any(text is not None and text.masked for text in said.values()),
                organisation_name=names.get(row.organisation_id, "") if told else "",
                report_title=versions.get(row.version_id, ("", 0))[0],
                version_number=versions.get(row.version_id, ("", 0))[1],
                request_id=row.request_id if row.request_id in requests else None,
                request_number=requests.get(row.request_id or ""),
                digest=digest,
                signatures=signing.signatures_of(tx, Target("assurance", row.id), digest)
                if digest
                else (),
                supersedes=_pair(row.supersedes_id, before),
                superseded_by=after.get(row.id),
                draft=draft,
            )
        )  # fmt: skip
    return tuple(found)


def knows_whose(tx: Transaction) -> bool:
    """Say whether the acting person may know whose all assurances are, and what asked for them."""
    return tx.actor.side is Side.REVIEWER or bool(tx.actor.roles & OVERSEERS)


def known_whose(tx: Transaction, rows: Sequence[Assurance]) -> set[str]:
    """Give those of which the acting person may know whose they are."""
    return {row.id for row in rows} if knows_whose(tx) else assurances_named(tx, rows)


def for_whom(row: Assurance) -> str | None:
    """Give the line that says for whom it is signed; None where what is signed says so itself."""
    if row.nonce is None:
        return None
    said = whose(number=row.number, organisation=row.organisation_id, nonce=row.nonce)
    return canonical_bytes(said).decode()


def signed_as(row: Assurance) -> tuple[str, str]:
    """Give the number and the organisation as they stand in what is signed."""
    line = for_whom(row)
    if line is None:
        return row.number, row.organisation_id
    return row.alias, f"sha256:{hashlib.sha256(line.encode()).hexdigest()}"


def versions_named(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Give (title of the report, number) by version."""
    rows = tx.session.execute(
        select(Version.id, Report.title, Version.number)
        .join(Report, Report.id == Version.report_id)
        .where(one_of(Version.id, list(ids)))
    )
    return {row.id: (row.title, row.number) for row in rows}


def organisation_names(tx: Transaction, known: Iterable[Assurance | Review]) -> dict[str, str]:
    """Give by id the names of the organisations of what the acting person knows whose it is."""
    ids = {row.organisation_id for row in known}
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name).where(one_of(Organisation.id, list(ids)))
    )
    return {row.id: row.name for row in rows}


def person_name(tx: Transaction, person_id: str | None) -> str:
    """Give somebody's name, as far as the acting side may know it."""
    return tx.session.scalars(
        select(Person.name).where(Person.id == (person_id or ""))
    ).one_or_none() or ""  # fmt: skip


def wordings(tx: Transaction) -> list[WordingView]:
    """List the wordings: those that come along, as the publisher changed them, and its own."""
    kept = {row.code: row for row in tx.session.scalars(select(AssuranceTemplate))}
    shipped = {one.code for one in TEMPLATES}
    found = [
        WordingView(
            code=one.code, name=one.name, text=one.text, scope=one.scope, retired=False,
            shipped=True,
        )
        for one in TEMPLATES
        if one.code not in kept
    ]  # fmt: skip
    found += [
        WordingView(
            code=row.code, name=row.name, text=row.text, scope=row.scope, retired=row.retired,
            shipped=row.code in shipped,
        )
        for row in kept.values()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.retired, one.name))


def get_review(tx: Transaction, review_id: str) -> Review:
    """Give a review."""
    row = tx.session.get(Review, review_id)
    if row is None:
        raise NotFound
    return row


def requests_for(tx: Transaction, review_id: str) -> list[tuple[str, str]]:
    """List (id, number) of the requests of a review that ask for an assurance."""
    rows = tx.session.execute(
        select(Request.id, Request.number)
        .where(
            Request.review_id == review_id,
            Request.type == "assurance",
            Request.state != "draft",
            Request.number.is_not(None),
        )
        .order_by(Request.number)
    )
    return [(row.id, row.number) for row in rows]


def to_supersede(tx: Transaction, review_id: str) -> list[tuple[str, str]]:
    """List (id, number) of the assurances of a review that a later one can replace."""
    rows = tx.session.execute(
        select(Assurance.id, Assurance.number)
        .where(
            Assurance.review_id == review_id,
            Assurance.state.in_(("affirmed", "qualified", "declined")),
        )
        .order_by(Assurance.number)
    )
    return [(row.id, row.number) for row in rows]


def _draft_view(tx: Transaction, row: Assurance, *, told_digest: bool) -> DraftView | None:
    if tx.actor.side is Side.REVIEWER:
        return None
    draft = tx.session.get(AssuranceDraft, row.id)
    if draft is None:
        return None
    wording = next((one for one in wordings(tx) if one.code == draft.template), None)
    signed = bool(draft.digest) and any(
        one.holds
        for one in signing.signatures_of(tx, Target("assurance", row.id), draft.digest or "")
    )
    return DraftView(
        outcome=draft.outcome,
        as_of=draft.as_of,
        publishable=draft.publishable,
        signatory_id=draft.signatory_id,
        signatory_name=person_name(tx, draft.signatory_id),
        drafted_by=person_name(tx, draft.drafted_by),
        digest=draft.digest if told_digest else None,
        signed=signed,
        to_word_anew=row.nonce is None and draft.outcome in SIGNED and not signed,
        suggested_text=wording.text if wording else "",
        suggested_scope=wording.scope if wording else "",
    )


def _numbers(
    tx: Transaction, table: type[Request] | type[Assurance], ids: Iterable[str | None]
) -> dict[str, str]:
    rows = tx.session.execute(
        select(table.id, table.number).where(table.id.in_([one for one in ids if one]))
    )
    return {row.id: row.number for row in rows if row.number}


def _pair(one: str | None, numbers: dict[str, str]) -> tuple[str, str] | None:
    return (one, numbers[one]) if one and one in numbers else None


def _superseding(tx: Transaction, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Give the later assurance that replaced each of these; one that is prepared does not yet."""
    rows = tx.session.execute(
        select(Assurance.supersedes_id, Assurance.id, Assurance.number).where(
            one_of(Assurance.supersedes_id, list(ids)), Assurance.released_at.is_not(None)
        )
    )
    return {row.supersedes_id: (row.id, row.number) for row in rows}
