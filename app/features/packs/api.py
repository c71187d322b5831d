"""JSON API of question packs: the same services as the pages."""

from typing import Annotated, Literal

from fastapi import Query

from app.domain.actions import Action
from app.features.packs import applying, drafting, service
from app.features.packs.schemas import (
    AppliedView,
    ApplyPack,
    ChangePack,
    DraftList,
    KeepPack,
    MarkDrafts,
    MarkedView,
    OfferPack,
    PackList,
    PackView,
    Preview,
    RunView,
    SubmitDrafts,
    SubmittedView,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["question packs"])


@routes.read("/packs", action=Action.LIST_PACKS, response_model=PackList)
def list_packs(tx: Tx) -> PackList:
    """List the packs that the caller may use."""
    return service.list_packs(tx)


@routes.act("/packs", action=Action.KEEP_PACK, response_model=PackView, status_code=201)
def keep_pack(tx: Tx, command: KeepPack) -> PackView:
    """Keep a pack for the caller's organisation, from items or from a sheet (CSV or YAML)."""
    return service.keep_pack(tx, command)


@routes.read("/packs/{pack_id}", action=Action.READ_PACK, response_model=PackView)
def read_pack(tx: Tx, pack_id: str) -> PackView:
    """Give a pack with its items."""
    return service.read_pack(tx, pack_id)


@routes.read("/packs/{pack_id}/export", action=Action.READ_PACK, response_model=ChangePack)
def export_pack(tx: Tx, pack_id: str) -> ChangePack:
    """Give a pack as the command that would keep it again."""
    pack = service.read_pack(tx, pack_id)
    return ChangePack(title=pack.title, about=pack.about, questions=pack.questions)


@routes.act("/packs/{pack_id}", action=Action.CHANGE_PACK, response_model=PackView)
def change_pack(tx: Tx, pack_id: str, command: ChangePack) -> PackView:
    """Write a pack anew."""
    return service.change_pack(tx, pack_id, command)


@routes.act("/packs/{pack_id}/offer", action=Action.OFFER_PACK, response_model=PackView)
def offer_pack(tx: Tx, pack_id: str, command: OfferPack) -> PackView:
    """Offer a pack of the publisher to every organisation with a review."""
    return service.offer_pack(tx, pack_id, command)


@routes.act("/packs/{pack_id}/retire", action=Action.CHANGE_PACK, response_model=PackView)
def retire_pack(tx: Tx, pack_id: str) -> PackView:
    """Put a pack away."""
    return service.retire_pack(tx, pack_id)


@routes.read("/packs/{pack_id}/apply", action=Action.DRAFT_REQUEST, response_model=Preview)
def preview_pack(
    tx: Tx,
    pack_id: str,
    review: str = "",
    place: Annotated[list[str] | None, Query(max_length=200)] = None,
) -> Preview:
    """Say what applying a pack to a review would make."""
    return applying.preview_pack(tx, pack_id, review_id=review, places=place or ())


@routes.act(
    "/packs/{pack_id}/apply",
    action=Action.DRAFT_REQUEST,
    response_model=AppliedView,
    status_code=201,
)
def apply_pack(tx: Tx, pack_id: str, command: ApplyPack) -> AppliedView:
    """Make drafts of a pack in a review, all or none."""
    return applying.apply_pack(tx, pack_id, command)


@routes.read("/packs/{pack_id}/runs/{run_id}", action=Action.READ_PACK, response_model=RunView)
def read_run(tx: Tx, pack_id: str, run_id: str) -> RunView:
    """Give what became of a pack in a review."""
    return applying.read_run(tx, pack_id, run_id)


@routes.read("/drafts", action=Action.LIST_REQUESTS, response_model=DraftList)
def list_drafts(tx: Tx, show: Literal["all", "ready"] = "all") -> DraftList:
    """List the drafts of the caller's organisation, with what each still needs."""
    return drafting.list_drafts(tx, show=show)


@routes.act("/drafts/ready", action=Action.DRAFT_REQUEST, response_model=MarkedView)
def mark_drafts(tx: Tx, command: MarkDrafts) -> MarkedView:
    """Mark several drafts ready for the lead; what is not complete stays as it is."""
    return drafting.mark_drafts(tx, command)


@routes.act("/drafts/submit", action=Action.SUBMIT_REQUEST, response_model=SubmittedView)
def submit_drafts(tx: Tx, command: SubmitDrafts) -> SubmittedView:
    """Submit several drafts at once; what is not ready stays a draft, with the reason."""
    return drafting.submit_drafts(tx, command)
