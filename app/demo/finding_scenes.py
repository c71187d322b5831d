"""The demo's findings: several classes in several states, each acted by whose act it is."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Select, select

from app.demo.cast import Cast
from app.demo.scenes import COORDINATOR, accept_terms, review_of
from app.features.findings import answering, claw_backs, closing, drafting, filing
from app.features.findings.claw_back_schemas import AskDeletion
from app.features.findings.filing_schemas import DraftFinding, FileFinding, OpenDraft
from app.features.findings.schemas import Contest, Respond
from app.kernel.actor import Actor
from app.models.dialogue import ClawBack
from app.models.filing import FindingDraft
from app.models.findings import Finding
from app.models.reports import Claim
from app.transaction import Installation, Transaction, begin


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A finding of the demo: on which claim, what is said of it, and how it went on."""

    by: str
    claim: str
    finding_class: str
    materiality: str
    statement: str
    correction: str = ""
    evidence: str = ""
    disposition: str = ""
    answer: str = ""
    new_text: str = ""
    after: str = ""  # what the reviewer does with the answer: confirms or contests it
    reason: str = ""


SCENES: tuple[Scene, ...] = (
    Scene(
        by="kenji.moriyama", claim="4.2", finding_class="D", materiality="conclusion",
        statement="The experiments vary the share of poisoned data and never how it is spread. "
        "They do not show what the sentence says of any share.",
        evidence="The table of experiments lists one way of mixing only.",
        disposition="clarified",
        answer="Spreading was varied in the earlier study that the section cites; the result was "
        "the same within the error.",
        after="contests",
        reason="The earlier study used a smaller model. Please say so, or repeat one run.",
    ),
    Scene(
        by="felix.brandt", claim="3.1", finding_class="E", materiality="claim",
        statement="“Every change” is more than the records show: eleven changes of the period have "
        "no second reader on record.",
        correction="Say how many changes were read by two people, out of how many.",
        disposition="accepted_in_part",
        answer="You are right about the record. All eleven were read; the reading was not noted. "
        "The next version says both.",
        new_text="Of 4,612 changes, 4,601 were read by a second person on record.",
        after="confirms",
    ),
    Scene(
        by="felix.brandt", claim="7.2", finding_class="C", materiality="cosmetic",
        statement="The agreement between readers is given without the number of conversations "
        "that two of them read.",
        correction="Give the number beside kappa.",
        disposition="accepted",
        answer="The number is 480, and the next version gives it.",
    ),
    Scene(
        by="oskar.nyman", claim="5.3", finding_class="H", materiality="claim",
        statement="The assumption about screens tells how far they can be watched. It was meant to "
        "stay inside.",
    ),
)  # fmt: skip
"""Waiting are the one contested, the slip, and the one that `tour.FINDING` files."""

DRAFT = Scene(
    by="felix.brandt", claim="9.1", finding_class="F", materiality="pathway",
    statement="Section 9 speaks of six exercises, and the summary of five. Which is it?",
)  # fmt: skip


def file_findings(installation: Installation, cast: Cast, version_id: str) -> None:
    """File the findings of the scenes; what is there is not filed again."""
    for scene in SCENES:
        actor = cast.actors[scene.by]
        accept_terms(installation, actor, version_id)
        with begin(installation, actor) as tx:
            if not _is_there(tx, version_id, scene):
                said = _said(tx, version_id, scene)
                filing.file_finding(tx, FileFinding.model_validate(said))
                tx.commit()


def draft_one(installation: Installation, cast: Cast, version_id: str) -> None:
    """Leave a finding in draft, open to its writer's colleagues."""
    with begin(installation, cast.actors[DRAFT.by]) as tx:
        if not _is_there(tx, version_id, DRAFT):
            said = _said(tx, version_id, DRAFT)
            made = drafting.draft_finding(tx, DraftFinding.model_validate(said))
            drafting.open_draft(tx, made.id, OpenDraft(everybody=True))
            tx.commit()


def _said(tx: Transaction, version_id: str, scene: Scene) -> dict[str, str]:
    said: dict[str, str] = {name: getattr(scene, name) for name in _SAID}
    claim = tx.session.scalars(_claim_of(version_id, scene)).one()
    return said | {"review_id": review_of(tx, version_id), "claim": claim}


_SAID = ("finding_class", "materiality", "statement", "correction", "evidence")


def all_routed(installation: Installation, cast: Cast, version_id: str) -> bool:
    """Say whether the worker has sent every finding to whom it concerns."""
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        waiting = select(Finding.id).where(
            Finding.version_id == version_id, Finding.state == "filed"
        )
        return tx.session.scalars(waiting).first() is None


def answer_findings(installation: Installation, cast: Cast, version_id: str) -> None:
    """Have authors answer, reviewers confirm or contest, and the slip clawed back."""
    for scene in SCENES:
        with begin(installation, cast.actors[COORDINATOR]) as tx:
            finding = _found(tx, version_id, scene)
        if finding.state != "routed":
            continue
        if scene.finding_class == "H":
            _claw_back(installation, cast, finding.id)
        elif scene.disposition:
            _answer(installation, cast, finding, scene)


def _answer(installation: Installation, cast: Cast, finding: Finding, scene: Scene) -> None:
    author = next(one for one in cast.actors.values() if one.id == finding.author_id)
    answer = Respond.model_validate(
        {
            "disposition": scene.disposition, "explanation": scene.answer,
            "new_text": scene.new_text, "nothing_withheld": True,
        }
    )  # fmt: skip
    _act(installation, author, lambda tx: answering.respond(tx, finding.id, answer))
    reviewer = cast.actors[scene.by]
    if scene.after == "confirms":
        _act(installation, reviewer, lambda tx: closing.confirm(tx, finding.id))
    elif scene.after == "contests":
        contest = Contest(reason=scene.reason)
        _act(installation, reviewer, lambda tx: closing.contest(tx, finding.id, contest))


def _claw_back(installation: Installation, cast: Cast, finding_id: str) -> None:
    """Begin it, and ask one organisation to delete the page; its lead has not certified yet."""
    asked = AskDeletion(organisations=(cast.organisations["NIMA"],))
    with begin(installation, cast.actors[COORDINATOR]) as tx:
        begun = select(ClawBack.id).where(ClawBack.finding_id == finding_id)
        if tx.session.scalars(begun).first() is None:
            claw_backs.start_claw_back(tx, finding_id)
            claw_backs.ask_deletion(tx, finding_id, asked)
            tx.commit()


def _act(installation: Installation, actor: Actor, act: Callable[[Transaction], object]) -> None:
    with begin(installation, actor) as tx:
        act(tx)
        tx.commit()


def _claim_of(version_id: str, scene: Scene) -> Select[str]:
    return select(Claim.id).where(Claim.version_id == version_id, Claim.code == scene.claim)


def _is_there(tx: Transaction, version_id: str, scene: Scene) -> bool:
    table = FindingDraft if scene is DRAFT else Finding
    claim = _claim_of(version_id, scene)
    found = select(table.id).where(table.version_id == version_id, table.claim_id.in_(claim))
    return tx.session.scalars(found).first() is not None


def _found(tx: Transaction, version_id: str, scene: Scene) -> Finding:
    return tx.session.scalars(
        select(Finding).where(
            Finding.version_id == version_id,
            Finding.claim_id.in_(_claim_of(version_id, scene)),
            Finding.finding_class == scene.finding_class,
        )
    ).one()
