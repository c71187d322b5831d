"""Reading assurances: the list, one in full, and exactly what is signed."""

from app.access.decide import may, require
from app.access.memberships import publishers_people
from app.audit.canonical import canonical_bytes
from app.domain.actions import Action
from app.domain.assurances import payload
from app.domain.events import Event
from app.domain.targets import INSTALLATION, Target
from app.features.assurances import queries
from app.features.assurances.schemas import (
    AssuranceList,
    AssurancePage,
    AssuranceRow,
    AssuranceView,
    Choices,
    ListQuery,
    WordingView,
)
from app.features.signing import queries as signing
from app.features.signing.service import relying_party
from app.kernel.errors import Conflict
from app.models.assurances import Assurance
from app.transaction import Transaction

ON_A_PAGE = 40
_NOTHING = "There is nothing here that you could check."
_CAN = (
    Action.DRAFT_ASSURANCE,
    Action.SIGN_ASSURANCE,
    Action.RELEASE_ASSURANCE,
    Action.WITHDRAW_ASSURANCE,
)


def read_list(tx: Transaction, wanted: ListQuery) -> AssuranceList:
    """List assurances: an organisation's own, or those that a person of the publisher may read."""
    require(tx, Action.LIST_ASSURANCES, INSTALLATION)
    rows = queries.rows_of(tx)
    kinds = {
        "open": [row for row in rows if row.state == "requested"],
        "given": [row for row in rows if row.released_at is not None],
        "all": rows,
    }
    chosen = kinds[wanted.show]
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    page = min(wanted.page, pages)
    shown = chosen[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    texts = queries.texts_of(tx, [row.id for row in shown])["text"]
    tx.emit(
        Event(
            name="AssurancesListed",
            licence=Action.LIST_ASSURANCES,
            target=INSTALLATION,
            facts={"assurances": len(shown)},
        )
    )
    versions = queries.versions_named(tx, {row.version_id for row in shown})
    known = queries.known_whose(tx, shown)
    names = queries.organisation_names(tx, [row for row in shown if row.id in known])
    return AssuranceList(
        show=wanted.show,
        rows=tuple(
            AssuranceRow(
                id=row.id,
                number=row.number if row.id in known else row.alias,
                organisation_name=names.get(row.organisation_id, "") if row.id in known else "",
                report_title=versions.get(row.version_id, ("", 0))[0],
                version_number=versions.get(row.version_id, ("", 0))[1],
                state=row.state,
                as_of=row.as_of,
                requested_at=row.requested_at,
                released_at=row.released_at,
                text=texts[row.id].body if row.id in texts else None,
            )
            for row in shown
        ),
        counts={show: len(found) for show, found in kinds.items()},
        page=page,
        pages=pages,
    )


def read_assurance(tx: Transaction, assurance_id: str) -> AssurancePage:
    """Give one assurance, and what the acting person can do with it."""
    view = _read(tx, assurance_id)
    target = Target("assurance", assurance_id)
    can = tuple(action.name.lower() for action in _CAN if may(tx, action, target))
    people = publishers_people(tx) if "draft_assurance" in can else []
    return AssurancePage(
        view=view,
        can=can,
        people=tuple(sorted(((one.id, one.name) for one in people), key=lambda one: one[1])),
        keys=signing.key_views(tx, usable=True) if "sign_assurance" in can else (),
        relying_party=relying_party(tx),
    )


def read_statement(tx: Transaction, assurance_id: str) -> bytes:
    """Give the canonical bytes of what is, or was, signed.

    Raises:
        Conflict: nothing is stated yet, or the reader is not cleared for all of it, or may not know
            whose it is and it says so: it was worded before that was kept out of it.
    """
    view = _read(tx, assurance_id)
    row = queries.get_row(tx, assurance_id)
    if row.nonce is None and view.organisation_id is None:
        raise Conflict(_NOTHING)
    return statement_of(view, row)


def read_digest(tx: Transaction, assurance_id: str) -> str:
    """Give the digest of what is, or was, signed; errors as above."""
    digest = _read(tx, assurance_id).digest
    if digest is None:
        raise Conflict(_NOTHING)
    return digest


def statement_of(view: AssuranceView, row: Assurance) -> bytes:
    """Write what is signed in canonical form, the same for each reader; errors as above."""
    draft = view.draft
    prepared = draft is not None and view.released_at is None
    as_of = draft.as_of if draft is not None and prepared else view.as_of
    outcome = _outcome(view)
    signatory = draft.signatory_name if draft is not None and prepared else view.signatory_name
    if view.masked or view.text is None or as_of is None or outcome is None:
        raise Conflict(_NOTHING)
    number, organisation = queries.signed_as(row)
    return canonical_bytes(
        payload(
            number=number,
            outcome=outcome,
            text=view.text,
            scope=view.scope or "",
            qualification=view.qualification or "",
            as_of=as_of,
            version_id=view.version_id,
            organisation=organisation,
            signatory=signatory or "",
        )
    )


def _outcome(view: AssuranceView) -> str | None:
    """Give what was stated: a later state does not change it, and a qualification shows it."""
    if view.draft is not None:
        return view.draft.outcome
    if view.state in ("affirmed", "qualified", "declined"):
        return view.state
    if not view.signatures:
        return "declined" if view.released_at else None
    return "qualified" if view.qualification else "affirmed"


def read_choices(tx: Transaction, review_id: str) -> Choices:
    """Give what a new assurance of a review can start from."""
    require(tx, Action.REQUEST_ASSURANCE, Target("review", review_id))
    review = queries.get_review(tx, review_id)
    title, number = queries.versions_named(tx, {review.version_id})[review.version_id]
    return Choices(
        review_id=review_id,
        report_title=title,
        version_number=number,
        organisation_name=queries.organisation_names(tx, [review])[review.organisation_id],
        wordings=tuple(one for one in queries.wordings(tx) if not one.retired),
        requests=tuple(queries.requests_for(tx, review_id)),
        assurances=tuple(queries.to_supersede(tx, review_id)),
    )


def read_wordings(tx: Transaction) -> tuple[WordingView, ...]:
    """Give all wordings, those out of use last."""
    require(tx, Action.MANAGE_WORDINGS, INSTALLATION)
    return tuple(queries.wordings(tx))


def _read(tx: Transaction, assurance_id: str) -> AssuranceView:
    target = Target("assurance", assurance_id)
    require(tx, Action.READ_ASSURANCE, target)
    row = queries.get_row(tx, assurance_id)
    tx.emit(
        Event(
            name="AssuranceRead",
            licence=Action.READ_ASSURANCE,
            target=target,
            organisations=frozenset({row.organisation_id}),
        )
    )
    return queries.views(tx, [row])[0]
