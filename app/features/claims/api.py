"""JSON API of the claims register."""

from app.domain.actions import Action
from app.features.claims import covering, importing, linking, marking, owning, register
from app.features.claims.schemas import (
    AssignOwner,
    ChangeClaim,
    ClaimMade,
    ClaimPage,
    CoverageView,
    Done,
    FormView,
    ImportClaims,
    ImportView,
    LinkEvidence,
    MarkClaim,
    MoveClaim,
    NamePathway,
    OwnersView,
    OwnerView,
    RegisterView,
    RemoveOwner,
    UnlinkEvidence,
)
from app.web.routing import Routes, Tx

routes = Routes(prefix="/api/v1", tags=["claims"])


@routes.read(
    "/versions/{version_id}/claims", action=Action.READ_CLAIMS, response_model=RegisterView
)
def read_register(
    tx: Tx, version_id: str, show: str = "all", pathway: str = "", section: str = ""
) -> RegisterView:
    """Give the claims register of a version as your edition has it.

    `show` is all, load, evidence (those without any); inside also owner (those that wait for
    nobody) and mine.
    """
    return register.open_register(tx, version_id, show=show, pathway=pathway, section=section)


@routes.read(
    "/versions/{version_id}/claims/coverage",
    action=Action.READ_CLAIMS,
    response_model=CoverageView,
)
def read_coverage(tx: Tx, version_id: str) -> CoverageView:
    """Give the sentences of your edition that no claim covers, and claims that lack something."""
    return covering.read_coverage(tx, version_id)


@routes.read("/versions/{version_id}/claims/new", action=Action.MARK_CLAIM, response_model=FormView)
def read_form(tx: Tx, version_id: str, page: str = "", words: str = "") -> FormView:
    """Give what a new claim can name: sections, pathways, people, evidence; and words quoted."""
    return register.form_around(tx, version_id, page, words)


@routes.act(
    "/versions/{version_id}/claims",
    action=Action.MARK_CLAIM,
    response_model=ClaimMade,
    status_code=201,
)
def mark_claim(tx: Tx, version_id: str, command: MarkClaim) -> ClaimMade:
    """Mark a claim where it stands."""
    return marking.mark_claim(tx, version_id, command)


@routes.act(
    "/versions/{version_id}/claims/import",
    action=Action.MARK_CLAIM,
    response_model=ImportView,
)
def import_claims(tx: Tx, version_id: str, command: ImportClaims) -> ImportView:
    """Say what a CSV or YAML of claims would make; with `apply`, make it."""
    return importing.import_claims(tx, version_id, command)


@routes.act("/versions/{version_id}/pathways", action=Action.MARK_CLAIM, response_model=Done)
def name_pathway(tx: Tx, version_id: str, command: NamePathway) -> Done:
    """Give a pathway a title."""
    return linking.name_pathway(tx, version_id, command)


@routes.read("/versions/{version_id}/owners", action=Action.ASSIGN_OWNER, response_model=OwnersView)
def list_owners(tx: Tx, version_id: str) -> OwnersView:
    """List every part of a version with who answers for it."""
    return owning.list_owners(tx, version_id)


@routes.act("/versions/{version_id}/owners", action=Action.ASSIGN_OWNER, response_model=OwnerView)
def assign_owner(tx: Tx, version_id: str, command: AssignOwner) -> OwnerView:
    """Name a person or a team that answers for a section, a pathway, a claim or the whole."""
    return owning.assign_owner(tx, version_id, command)


@routes.act("/versions/{version_id}/owners/remove", action=Action.ASSIGN_OWNER, response_model=Done)
def remove_owner(tx: Tx, version_id: str, command: RemoveOwner) -> Done:
    """Say that somebody does not answer for a part any more."""
    return owning.remove_owner(tx, version_id, command)


@routes.read("/claims/{claim_id}", action=Action.READ_CLAIMS, response_model=ClaimPage)
def read_claim(tx: Tx, claim_id: str) -> ClaimPage:
    """Give one claim as your edition has it."""
    return register.read_claim(tx, claim_id)


@routes.act("/claims/{claim_id}", action=Action.MARK_CLAIM, response_model=ClaimMade)
def change_claim(tx: Tx, claim_id: str, command: ChangeClaim) -> ClaimMade:
    """Change a claim; of a published version a new one supersedes it."""
    return marking.change_claim(tx, claim_id, command)


@routes.act("/claims/{claim_id}/move", action=Action.MARK_CLAIM, response_model=Done)
def move_claim(tx: Tx, claim_id: str, command: MoveClaim) -> Done:
    """Move a claim one place up or down among those of its pathway."""
    return marking.move_claim(tx, claim_id, command)


@routes.act("/claims/{claim_id}/remove", action=Action.MARK_CLAIM, response_model=Done)
def remove_claim(tx: Tx, claim_id: str) -> Done:
    """Take a claim off the register."""
    return marking.remove_claim(tx, claim_id)


@routes.act("/claims/{claim_id}/restore", action=Action.MARK_CLAIM, response_model=Done)
def restore_claim(tx: Tx, claim_id: str) -> Done:
    """Bring a claim back to the register."""
    return marking.restore_claim(tx, claim_id)


@routes.act("/claims/{claim_id}/evidence", action=Action.MARK_CLAIM, response_model=Done)
def link_evidence(tx: Tx, claim_id: str, command: LinkEvidence) -> Done:
    """Say that a claim rests on an item of evidence."""
    return linking.link_evidence(tx, claim_id, command)


@routes.act("/claims/{claim_id}/evidence/remove", action=Action.MARK_CLAIM, response_model=Done)
def unlink_evidence(tx: Tx, claim_id: str, command: UnlinkEvidence) -> Done:
    """Say that a claim does not rest on an item of evidence after all."""
    return linking.unlink_evidence(tx, claim_id, command)
