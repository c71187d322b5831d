"""The demo's statements: one of the stress-testing team, released; one of a lead, in draft."""

import base64

from sqlalchemy import select

from app.audit.signatures import bytes_to_sign
from app.demo.assurance_scenes import key_row, thrown_away
from app.demo.cast import Cast
from app.demo.scenes import COORDINATOR
from app.features.reviews import undertaking
from app.features.reviews.schemas import AcceptTerms
from app.features.statements import reading, releasing, service, verdicts
from app.features.statements.schemas import (
    DecidePublication,
    KeepSection,
    ReleaseStatement,
    ShareStatement,
    StartStatement,
)
from app.kernel.actor import Actor, Role
from app.models.reviews import Review
from app.models.statements import Statement
from app.transaction import Installation, Transaction, begin

_TEAMS = {
    "information": "We read the unredacted report and everything behind it. Nothing was withheld "
    "from us.",
    "rigour": "We tried to break each load-bearing claim. Two held only after the safeguards were "
    "switched on again; the report says so.",
    "disagreements": "None on the conclusion. We hold the confidence in the monitor to be *lower* "
    "than the report states.",
    "recommendations": "- Measure what the monitor misses.\n- Repeat the drill twice a year.",
}
_NORTHLIGHTS = {
    "information": "What we were given was enough to judge the argument, though not its figures.",
    "rigour": "The reasoning holds. We have reservations about the sample behind the monitoring "
    "claim.",
}


def write_statements(installation: Installation, cast: Cast, version_id: str) -> None:
    """Have the stress-testing team release a statement, and Northlight begin one; once."""
    team = _lead_of(cast, "STRESS")
    other = _lead_of(cast, "NOR")
    if team is not None:
        statement = _written(installation, team, version_id, _TEAMS)
        if statement:
            _approve(installation, cast, team, statement)
            _release(installation, team, statement)
    if other is not None:
        _written(installation, other, version_id, _NORTHLIGHTS)


def _lead_of(cast: Cast, code: str) -> Actor | None:
    leads = (
        actor
        for _, actor in sorted(cast.actors.items())
        if actor.organisation_id == cast.organisations[code] and actor.has(Role.LEAD)
    )
    return next(leads, None)


def _written(
    installation: Installation, lead: Actor, version_id: str, texts: dict[str, str]
) -> str | None:
    """Start a statement and write its sections; gives its id, None where there is one already."""
    with begin(installation, lead) as tx:
        review_id = _review_of(tx, lead, version_id)
        if review_id is None or _any(tx, review_id):
            return None
        terms = undertaking.read_terms(tx, review_id)
        if terms.accepted_at is None:
            undertaking.accept_terms(tx, review_id, AcceptTerms(digest=terms.digest))
            tx.commit()
    with begin(installation, lead) as tx:
        made = service.start_statement(tx, review_id, StartStatement(version_id=version_id))
        for topic, text in texts.items():
            service.keep_section(tx, made.id, topic, KeepSection(text=text))
        tx.commit()
    return made.id


def _approve(installation: Installation, cast: Cast, lead: Actor, statement: str) -> None:
    """Share the draft, and have the publisher approve it, where the publication right says so."""
    with begin(installation, lead) as tx:
        right = select(Review.publication_right).join(Statement, Statement.review_id == Review.id)
        if tx.session.scalars(right.where(Statement.id == statement)).one() != "approval":
            return
        vouched = ShareStatement(nothing_withheld=True, hits_confirmed=True)
        releasing.share_draft(tx, statement, vouched)
        tx.commit()
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        said = reading.read_statement(tx, statement).said or ""
        verdict = DecidePublication(decision="approved", digest=said)
        verdicts.decide_publication(tx, statement, verdict)
        tx.commit()


def _release(installation: Installation, lead: Actor, statement: str) -> None:
    """Sign with a key that is made here and thrown away: nobody can sign with it again."""
    key, pem = thrown_away()
    with begin(installation, lead) as tx:
        sealed = releasing.seal_statement(tx, statement)
        tx.session.add(key_row(lead, pem))
        tx.session.flush()
        signature = base64.b64encode(key.sign(bytes_to_sign(sealed.digest))).decode()
        releasing.release_statement(
            tx,
            statement,
            ReleaseStatement(
                digest=sealed.digest, signature=signature, open_to=("authors",),
                nothing_withheld=True, hits_confirmed=True,
            ),
        )  # fmt: skip
        tx.commit()


def _review_of(tx: Transaction, lead: Actor, version_id: str) -> str | None:
    return tx.session.scalars(
        select(Review.id).where(
            Review.version_id == version_id, Review.organisation_id == lead.organisation_id
        )
    ).first()


def _any(tx: Transaction, review_id: str) -> bool:
    found = select(Statement.id).where(Statement.review_id == review_id)
    return tx.session.scalars(found).first() is not None
