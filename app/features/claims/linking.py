"""What claims rest on and hang under: items of evidence with notes, and the titles of pathways."""

from sqlalchemy import select

from app.access.claims import forget_pathways
from app.access.deposit import deposit_field, share_field
from app.domain.actions import Action
from app.domain.events import Event, Fact
from app.domain.targets import Target
from app.features.claims import queries
from app.features.claims.marking import pathway_of
from app.features.claims.schemas import Done, LinkEvidence, NamePathway, UnlinkEvidence
from app.features.claims.standing import require_work
from app.kernel.clock import now
from app.kernel.errors import Invalid, NotFound
from app.models.evidence import EvidenceItem
from app.models.reports import Claim, ClaimEvidence, Pathway
from app.transaction import Transaction


def link_evidence(tx: Transaction, claim_id: str, command: LinkEvidence) -> Done:
    """Say that a claim rests on an item of evidence of its version; a note is guarded.

    Raises:
        Invalid: no such item comes with the version.
    """
    claim = _claim(tx, claim_id)
    put_link(tx, claim, command.item_id)
    if command.note:
        deposit_field(
            tx,
            Target("claim", claim.id),
            field=f"evidence.{command.item_id}",
            body=command.note,
            version_id=claim.version_id,
            organisation_id=None,
            shared=True,
        )
    _tell(tx, claim, "EvidenceLinked", {"item": command.item_id, "noted": bool(command.note)})
    return Done(id=claim.id)


def put_link(tx: Transaction, claim: Claim, item_id: str) -> None:
    """Link a claim and an item, once; the caller has decided, and says what happened."""
    item = tx.session.get(EvidenceItem, item_id)
    if item is None or item.version_id != claim.version_id or item.state != "ready":
        raise Invalid(fields={"item_id": "Choose evidence that comes with this version."})
    if tx.session.get(ClaimEvidence, (claim.id, item_id)) is None:
        tx.session.add(
            ClaimEvidence(
                claim_id=claim.id, item_id=item_id, version_id=claim.version_id,
                linked_by=tx.actor.id, linked_at=now(),
            )
        )  # fmt: skip
    tx.session.flush()


def unlink_evidence(tx: Transaction, claim_id: str, command: UnlinkEvidence) -> Done:
    """Say that a claim does not rest on an item after all; linking it anew brings it back."""
    claim = _claim(tx, claim_id)
    link = tx.session.get(ClaimEvidence, (claim.id, command.item_id), with_for_update=True)
    if link is None:
        raise NotFound
    tx.session.delete(link)
    tx.session.flush()
    _tell(tx, claim, "EvidenceUnlinked", {"item": command.item_id})
    return Done(id=claim.id)


def name_pathway(tx: Transaction, version_id: str, command: NamePathway) -> Done:
    """Give a pathway a title; stated to hold nothing withheld, everybody reads it.

    Without the statement a title is read by whoever has lifted what its writer had, and by whoever
    reads the same words in the outline of their edition.
    """
    target = Target("version", version_id)
    require_work(tx, version_id)
    if not command.title:
        raise Invalid(fields={"title": "This is needed."})
    known = select(Pathway.id).where(
        Pathway.version_id == version_id, Pathway.ordinal == command.number
    )
    identity = tx.session.scalars(known).first() or pathway_of(tx, version_id, command.number, 1)
    subject = Target("pathway", str(identity))
    deposit_field(
        tx,
        subject,
        field="title",
        body=command.title,
        version_id=version_id,
        organisation_id=None,
        shared=True,
    )
    if command.nothing_withheld:
        share_field(tx, subject, field="title", narrowed_to=())
    forget_pathways(tx, version_id)
    tx.emit(
        Event(
            name="PathwayNamed",
            licence=Action.MARK_CLAIM,
            target=target,
            subject=subject,
            facts={"number": command.number, "nothing_withheld": command.nothing_withheld},
        )
    )
    return Done(id=subject.id)


def _claim(tx: Transaction, claim_id: str) -> Claim:
    version_id = queries.version_of(tx, claim_id)
    require_work(tx, version_id)
    return tx.session.get_one(Claim, claim_id, with_for_update=True)


def _tell(tx: Transaction, claim: Claim, name: str, facts: dict[str, Fact]) -> None:
    tx.emit(
        Event(
            name=name,
            licence=Action.MARK_CLAIM,
            target=Target("version", claim.version_id),
            subject=Target("claim", claim.id),
            facts={"claim": claim.id, **facts},
            stage="rests",
        )
    )
