"""Who acts: a person for one organisation, a job, an operator at the command line, or nobody."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which wall of row-level security a transaction stands behind (`vitrine.side`)."""

    PUBLISHER = "publisher"
    REVIEWER = "reviewer"
    SYSTEM = "system"
    NONE = "none"


class Role(StrEnum):
    """What a person may be within the organisation acted for (PRODUCT.md, section 1)."""

    COORDINATOR = "coordinator"
    AUTHOR = "author"
    RESPONDER = "responder"
    APPROVER = "approver"
    AUDITOR = "auditor"
    SECURITY_AUDITOR = "security_auditor"
    INTERNAL_READER = "internal_reader"
    ADMINISTRATOR = "administrator"
    LEAD = "lead"
    REVIEWER = "reviewer"


PUBLISHER_ROLES = frozenset(Role) - {Role.LEAD, Role.REVIEWER}
REVIEWER_ROLES = frozenset({Role.LEAD, Role.REVIEWER})


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one on whose behalf a transaction runs; `id` is what the audit log names."""

    id: str
    kind: str  # person | job | operator | anonymous
    side: Side
    organisation_id: str | None = None
    organisation_kind: str | None = None
    organisation_name: str = ""
    organisation_state: str = "active"
    name: str = ""
    email: str = ""
    membership_id: str | None = None
    session_id: str | None = None
    roles: frozenset[Role] = frozenset()
    operator: str | None = None  # the operating-system user behind `--as PERSON`
    time_zone: str = "UTC"

    def has(self, role: Role) -> bool:
        """Say whether the actor holds a role in the organisation acted for."""
        return role in self.roles


ANONYMOUS = Actor(id="anonymous", kind="anonymous", side=Side.NONE)


def system_actor(name: str) -> Actor:
    """Give the named actor of a background task, such as `system:ingest`."""
    return Actor(id=f"system:{name}", kind="job", side=Side.SYSTEM, name=name)
