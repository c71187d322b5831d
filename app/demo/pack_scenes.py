"""The question pack that the demo's publisher offers to its reviewers."""

from sqlalchemy import select

from app.demo.cast import Cast
from app.demo.scenes import COORDINATOR
from app.domain.packs import STARTER
from app.features.packs import service as packs
from app.features.packs.schemas import KeepPack, OfferPack
from app.models.packs import QuestionPack
from app.transaction import Installation, begin


def offer_pack(installation: Installation, cast: Cast) -> None:
    """Keep the pack that comes along and offer it, once."""
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        if tx.session.scalars(select(QuestionPack.id)).first() is None:
            made = packs.keep_pack(tx, KeepPack(starter=STARTER))
            packs.offer_pack(tx, made.id, OfferPack(nothing_withheld=True))
            tx.commit()
