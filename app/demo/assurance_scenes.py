"""The demo's assurance, worded, signed and released by three people; and its advice answered."""

import base64
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from app.audit.signatures import bytes_to_sign, fingerprint
from app.demo.cast import Cast
from app.demo.scenes import APPROVER, AUTHOR, COORDINATOR
from app.domain.assurances import TEMPLATES
from app.features.assurances import service as assurances
from app.features.assurances.schemas import (
    DraftAssurance,
    ReleaseAssurance,
    RequestAssurance,
    SignAssurance,
)
from app.features.recommendations import service as recommendations
from app.features.recommendations.schemas import RespondToRecommendation
from app.kernel.actor import Actor
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.models.assurances import Assurance, AssuranceDraft
from app.models.recommendations import Recommendation, RecommendationResponse
from app.models.signing import SigningKey
from app.transaction import Installation, Transaction, begin

_WORDING = next(one for one in TEMPLATES if one.code == "redactions-honest")
_ANSWER = (
    "We measure it on fresh transcripts from now on. The next version of the report gives how "
    "often the monitor missed a planted weakness, by kind."
)


def affirm_assurance(installation: Installation, cast: Cast) -> None:
    """Have an assurance worded by the coordinator, signed by an author, released by an approver."""
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        row = tx.session.scalars(select(Assurance).order_by(Assurance.number)).first()
        if row is None or _worded(tx):
            return
        made = assurances.request_assurance(
            tx, row.review_id, RequestAssurance(template=_WORDING.code)
        )
        tx.commit()
    signatory = cast.actors[AUTHOR]
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        assurances.draft_assurance(
            tx,
            made.id,
            DraftAssurance(
                outcome="affirmed", text=_WORDING.text, scope=_WORDING.scope, as_of=now().date(),
                signatory_id=signatory.id,
            ),
        )  # fmt: skip
        tx.commit()
    _sign(installation, signatory, made.id)
    with begin(installation, cast.actors[APPROVER]) as tx:
        released = ReleaseAssurance(nothing_withheld=True)
        assurances.release_assurance(tx, made.id, released)
        tx.commit()


def _worded(tx: Transaction) -> bool:
    held = select(AssuranceDraft.assurance_id).where(AssuranceDraft.template == _WORDING.code)
    return tx.session.scalars(held).first() is not None


def _sign(installation: Installation, signatory: Actor, assurance_id: str) -> None:
    """Sign with a key that is made here and thrown away: nobody can sign with it again."""
    key, pem = thrown_away()
    with begin(installation, signatory) as tx:
        tx.session.add(key_row(signatory, pem))
        tx.session.flush()
        digest = tx.session.get_one(AssuranceDraft, assurance_id).digest or ""
        signature = base64.b64encode(key.sign(bytes_to_sign(digest))).decode()
        assurances.sign_assurance(tx, assurance_id, SignAssurance(signature=signature))
        tx.commit()


def thrown_away() -> tuple[Ed25519PrivateKey, str]:
    """Make a key that nobody keeps; gives it with its public half as PEM."""
    key = Ed25519PrivateKey.generate()
    spki = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return key, spki.decode()


def key_row(person: Actor, pem: str) -> SigningKey:
    """Give the registration of a key; by a row, since a registration asks for a fresh sign-in."""
    return SigningKey(
        id=new_id("signing_key"), person_id=person.id, kind="ed25519",
        label="Of the demo, thrown away", public_key=pem, fingerprint=fingerprint(pem),
        registered_at=now(),
    )  # fmt: skip


def answer_advice(installation: Installation, cast: Cast) -> None:
    """Have the coordinator answer the recommendation that was filed, once."""
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        answered = select(RecommendationResponse.recommendation_id)
        waiting = select(Recommendation.id).where(
            Recommendation.state == "filed", Recommendation.id.not_in(answered)
        )
        advice = tx.session.scalars(waiting).first()
        if advice is None:
            return
        answer = RespondToRecommendation(
            response="accepted", text=_ANSWER, nothing_withheld=True,
            planned_by=now().date() + timedelta(days=60),
        )  # fmt: skip
        recommendations.respond(tx, advice, answer)
        tx.commit()
