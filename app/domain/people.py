"""Which roles belong to which kind of organisation. Who may do what with a role is in policies/."""

from app.kernel.actor import PUBLISHER_ROLES, REVIEWER_ROLES, Role

ORGANISATION_KINDS = ("publisher", "government", "nonprofit", "company", "internal")


def roles_for(kind: str) -> frozenset[Role]:
    """Give the roles that somebody can hold in an organisation of a kind."""
    return PUBLISHER_ROLES if kind == "publisher" else REVIEWER_ROLES
