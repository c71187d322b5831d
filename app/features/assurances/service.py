"""Setting assurances up, wording, signing, releasing and withdrawing them."""

import hashlib
import secrets

from app.access.decide import require
from app.access.deposit import deposit_field, share_field
from app.access.facts import forget
from app.access.linter import withheld_in
from app.access.memberships import publishers_people
from app.access.numbers import next_number
from app.domain import assurances as rules
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import INSTALLATION, Target
from app.features.assurances import queries
from app.features.assurances.reading import statement_of
from app.features.assurances.schemas import (
    AssuranceView,
    ChangeWording,
    DraftAssurance,
    ReleaseAssurance,
    RequestAssurance,
    SignAssurance,
    WithdrawAssurance,
    WordingView,
)
from app.features.signing.service import put_signature, share_signatures
from app.kernel.clock import now
from app.kernel.errors import Conflict, Forbidden, Invalid
from app.kernel.ids import new_id
from app.models.assurances import Assurance, AssuranceDraft, AssuranceTemplate
from app.transaction import Transaction

SERIES = "AS"
_UNSTATED = "Confirm that it holds nothing withheld from the organisation."
_MOVED = "This assurance has moved on since you opened it."


def request_assurance(tx: Transaction, review_id: str, command: RequestAssurance) -> AssuranceView:
    """Set an assurance up; its organisation sees that it is open, and nothing more.

    Raises:
        Invalid: an unknown wording, or a request or assurance that is not of this review.
    """
    target = Target("review", review_id)
    require(tx, Action.REQUEST_ASSURANCE, target)
    review = queries.get_review(tx, review_id)
    _require_known(tx, review_id, command)
    row = Assurance(
        id=new_id("assurance"),
        number=next_number(tx, review.organisation_id, SERIES),
        alias=f"{SERIES}-{secrets.token_hex(3)}",
        nonce=secrets.token_hex(16),
        review_id=review.id,
        organisation_id=review.organisation_id,
        version_id=review.version_id,
        request_id=command.request_id or None,
        supersedes_id=command.supersedes or None,
        state=rules.REQUESTED,
        requested_at=now(),
        publishable=False,
    )
    tx.session.add(row)
    tx.session.flush()
    tx.session.add(
        AssuranceDraft(
            assurance_id=row.id,
            organisation_id=row.organisation_id,
            asked_by=tx.actor.id,
            template=command.template or None,
            named=command.named,
            publishable=False,
        )
    )
    tx.session.flush()
    facts: dict[str, Fact] = {"number": row.number, "request": row.request_id}
    tx.emit(
        Event(
            name="AssuranceRequested",
            licence=Action.REQUEST_ASSURANCE,
            target=target,
            subject=Target("assurance", row.id),
            organisations=frozenset({row.organisation_id}),
            facts=facts,
            stage=row.state,
        )
    )
    return _shown(tx, row)


def draft_assurance(tx: Transaction, assurance_id: str, command: DraftAssurance) -> AssuranceView:
    """Word an assurance and name its signatory; what was signed before is void.

    Raises:
        Invalid: a qualification is missing, the day lies ahead, or nobody such can sign.
        Forbidden: the acting person is not cleared for the wording that is there.
    """
    target = Target("assurance", assurance_id)
    require(tx, Action.DRAFT_ASSURANCE, target)
    row = queries.get_row(tx, assurance_id, lock=True)
    _step(row, "draft")
    _require_readable(_shown(tx, row))
    _require_whole(tx, command)
    draft = queries.get_draft(tx, assurance_id)
    draft.outcome, draft.as_of = command.outcome, command.as_of
    draft.publishable, draft.signatory_id = command.publishable, command.signatory_id
    draft.drafted_by, draft.drafted_at = tx.actor.id, now()
    row.nonce = row.nonce or secrets.token_hex(16)
    qualification = command.qualification if command.outcome == "qualified" else ""
    for field, body in (
        ("text", rules.worded(command.text, command.as_of)),
        ("scope", command.scope),
        ("qualification", qualification),
    ):
        deposit_field(
            tx,
            target,
            field=field,
            body=body,
            version_id=row.version_id,
            organisation_id=row.organisation_id,
            shared=False,
        )
    tx.session.flush()
    draft.digest = hashlib.sha256(statement_of(_shown(tx, row), row)).hexdigest()
    facts: dict[str, Fact] = {
        "outcome": command.outcome,
        "signatory": command.signatory_id,
        "digest": draft.digest,
    }
    _tell_inside(tx, row, "AssuranceDrafted", Action.DRAFT_ASSURANCE, facts)
    return _shown(tx, row)


def sign_assurance(tx: Transaction, assurance_id: str, command: SignAssurance) -> AssuranceView:
    """Sign the wording as it is, with a key of one's own.

    Raises:
        Invalid: the signature fits none of one's keys, or not this wording.
        Forbidden: the acting person is not cleared for the wording.
        Conflict: it was worded when what is signed still named its organisation.
    """
    target = Target("assurance", assurance_id)
    require(tx, Action.SIGN_ASSURANCE, target)
    row = queries.get_row(tx, assurance_id, lock=True)
    _step(row, "sign")
    if row.nonce is None:
        raise Conflict(
            "This was worded when what is signed still named its organisation.",
            kept="The wording is as it was, and not signed.",
            remedy="Word it again, or ask a coordinator to; then it can be signed.",
        )
    digest = _digest(tx, row)
    made = put_signature(
        tx,
        target,
        digest=digest,
        signature=command.signature,
        organisation_id=row.organisation_id,
    )
    facts: dict[str, Fact] = {
        "digest": digest,
        "fingerprint": made.fingerprint,
        "form": made.form,
    }
    _tell_inside(tx, row, "AssuranceSigned", Action.SIGN_ASSURANCE, facts)
    return _shown(tx, row)


def release_assurance(
    tx: Transaction, assurance_id: str, command: ReleaseAssurance
) -> AssuranceView:
    """Release it to its organisation; whoever drafted it does not.

    Raises:
        Conflict: it is not worded, or not signed by its signatory as it is.
        Forbidden: the acting person is not cleared for the wording.
        Invalid: the statement is missing, or the text says what is withheld.
    """
    target = Target("assurance", assurance_id)
    require(tx, Action.RELEASE_ASSURANCE, target)
    row = queries.get_row(tx, assurance_id, lock=True)
    view = _shown(tx, row)
    draft = queries.get_draft(tx, assurance_id)
    if draft.outcome is None:
        raise Conflict("It is not worded yet.")
    digest = _digest(tx, row)
    signed = view.draft is not None and view.draft.signed
    state = _step(row, "release", outcome=draft.outcome, signed=signed)
    hits, unread = _compared(tx, row, command, view)
    row.state, row.as_of, row.publishable = state, draft.as_of, draft.publishable
    row.signatory_name = queries.person_name(tx, draft.signatory_id)
    row.digest, row.released_at = digest, now()
    draft.released_by = tx.actor.id
    for field in queries.FIELDS:
        share_field(tx, target, field=field, narrowed_to=())
    share_signatures(tx, target, digest=digest)
    facts: dict[str, Fact] = {
        "outcome": state,
        "digest": digest,
        "publishable": row.publishable,
        "hits": hits,
        "unread": unread,
        "confirmed": command.hits_confirmed,
    }
    _tell(tx, row, "AssuranceReleased", Action.RELEASE_ASSURANCE, facts)
    _supersede(tx, row)
    return _shown(tx, row)


def withdraw_assurance(
    tx: Transaction, assurance_id: str, command: WithdrawAssurance
) -> AssuranceView:
    """Withdraw an assurance; what was released stays readable, and says that it is withdrawn."""
    target = Target("assurance", assurance_id)
    require(tx, Action.WITHDRAW_ASSURANCE, target)
    row = queries.get_row(tx, assurance_id, lock=True)
    row.state = _step(row, "withdraw")
    row.withdrawn_at, row.withdrawn_why = now(), command.reason
    _tell(tx, row, "AssuranceWithdrawn", Action.WITHDRAW_ASSURANCE, {"reason": command.reason})
    return _shown(tx, row)


def change_wording(tx: Transaction, command: ChangeWording) -> WordingView:
    """Change a wording that assurances start from, or add one."""
    require(tx, Action.MANAGE_WORDINGS, INSTALLATION)
    row = tx.session.get(AssuranceTemplate, command.wording, with_for_update=True)
    row = row or AssuranceTemplate(code=command.wording)
    row.name, row.text, row.scope = command.name, command.text, command.scope
    row.retired, row.changed_by, row.changed_at = command.retired, tx.actor.id, now()
    tx.session.add(row)
    tx.session.flush()
    tx.emit(
        Event(
            name="WordingChanged",
            licence=Action.MANAGE_WORDINGS,
            target=INSTALLATION,
            facts={"code": row.code, "retired": row.retired},
        )
    )
    return next(one for one in queries.wordings(tx) if one.code == row.code)


def _require_known(tx: Transaction, review_id: str, command: RequestAssurance) -> None:
    problems = {}
    offered = {one.code for one in queries.wordings(tx) if not one.retired}
    if command.template and command.template not in offered:
        problems["template"] = "Choose one of the wordings."
    if command.request_id and command.request_id not in dict(queries.requests_for(tx, review_id)):
        problems["request_id"] = "Choose a request of this review that asks for an assurance."
    if command.supersedes and command.supersedes not in dict(queries.to_supersede(tx, review_id)):
        problems["supersedes"] = "Choose an assurance of this review that stands."
    if problems:
        raise Invalid(fields=problems)


def _require_whole(tx: Transaction, command: DraftAssurance) -> None:
    problems = {}
    if command.outcome == "qualified" and not command.qualification:
        problems["qualification"] = "Say what qualifies it."
    if command.outcome in rules.SIGNED and not command.scope:
        problems["scope"] = "Say what it covers."
    if command.as_of > now().date():
        problems["as_of"] = "This day lies ahead; an assurance says what is so by then."
    if command.signatory_id not in {one.id for one in publishers_people(tx)}:
        problems["signatory_id"] = "Choose somebody who can sign."
    if problems:
        raise Invalid(fields=problems)


def _require_readable(view: AssuranceView) -> None:
    if view.masked:
        raise Forbidden(
            "You are not cleared for the wording that is there.",
            remedy="Ask somebody with a wider grant.",
        )


def _digest(tx: Transaction, row: Assurance) -> str:
    """Give the digest of the wording as it is, which must be what was drafted."""
    view = _shown(tx, row)
    _require_readable(view)
    draft = queries.get_draft(tx, row.id)
    if draft.digest is None:
        raise Conflict("It is not worded yet.")
    if hashlib.sha256(statement_of(view, row)).hexdigest() != draft.digest:
        raise Conflict("The wording is no longer what was drafted.", remedy="Word it again.")
    return draft.digest


def _compared(
    tx: Transaction, row: Assurance, command: ReleaseAssurance, view: AssuranceView
) -> tuple[int, int]:
    texts = [text for text in (view.text, view.scope, view.qualification) if text]
    found = withheld_in(tx, row.version_id, organisation_id=row.organisation_id, texts=texts)
    problems = {} if command.nothing_withheld else {"nothing_withheld": _UNSTATED}
    if found.hits and not command.hits_confirmed:
        shown = ", ".join(f"“{one}”" for one in dict.fromkeys(hit.words for hit in found.hits))
        problems["hits_confirmed"] = f"This says what is withheld from them: {shown[:300]}."
    if problems:
        raise Invalid(fields=problems)
    return len(found.hits), found.unread


def _supersede(tx: Transaction, row: Assurance) -> None:
    if row.supersedes_id is None:
        return
    before = queries.get_row(tx, row.supersedes_id, lock=True)
    if before.state not in rules.STEPS["supersede"].before:
        return  # withdrawn meanwhile: it stays what it is
    before.state = rules.after("supersede", before.state)
    tx.session.flush()
    tx.emit(
        Event(
            name="AssuranceSuperseded",
            licence=Action.RELEASE_ASSURANCE,
            target=Target("assurance", row.id),
            subject=Target("assurance", before.id),
            organisations=frozenset({before.organisation_id}),
            facts={"number": before.number, "by": row.number},
            stage=before.state,
        )
    )


def _step(row: Assurance, step: str, *, outcome: str | None = None, signed: bool = False) -> str:
    try:
        return rules.after(step, row.state, outcome=outcome, signed=signed)
    except rules.IllegalStep as error:
        waits = step == "release" and row.state == rules.REQUESTED
        message = "Its signatory has not signed it as it is." if waits else _MOVED
        raise Conflict(message) from error


def _shown(tx: Transaction, row: Assurance) -> AssuranceView:
    target = Target("assurance", row.id)
    tx.session.flush()
    forget(tx, target)
    require(tx, Action.READ_ASSURANCE, target)
    return queries.views(tx, [row])[0]


def _tell(
    tx: Transaction, row: Assurance, name: str, licence: Action, facts: dict[str, Fact]
) -> None:
    tx.session.flush()
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("assurance", row.id),
            organisations=frozenset({row.organisation_id}),
            facts={"number": row.number, **facts},
            stage=row.state,
        )
    )


def _tell_inside(
    tx: Transaction, row: Assurance, name: str, licence: Action, facts: dict[str, Fact]
) -> None:
    # Of what is prepared the organisation's own record says nothing.
    tx.session.flush()
    tx.emit(
        Event(
            name=name,
            licence=licence,
            target=Target("assurance", row.id),
            facts={"number": row.number, **facts},
        )
    )
