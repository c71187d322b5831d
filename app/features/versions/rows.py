"""Rows around versions that are shown beside others: later ones, numbers that one may know."""

from sqlalchemy import select

from app.access.matching import READABLE
from app.kernel.actor import Role, Side
from app.models.findings import Finding
from app.models.organisations import Organisation
from app.models.reports import Version
from app.transaction import Transaction

OVERSEERS = frozenset({Role.COORDINATOR, Role.APPROVER, Role.AUDITOR})


def later_versions(tx: Transaction, version: Version) -> list[Version]:
    """List the versions of a report after one, the newest first."""
    return list(
        tx.session.scalars(
            select(Version)
            .where(
                Version.report_id == version.report_id,
                Version.number > version.number,
                Version.state.in_(READABLE),
            )
            .order_by(Version.number.desc())
        )
    )


def knows_names(tx: Transaction) -> bool:
    """Say whether the acting person may know which organisation each thing is of."""
    return tx.actor.side is Side.REVIEWER or bool(tx.actor.roles & OVERSEERS)


def names_known(tx: Transaction, organisations: set[str]) -> dict[str, str]:
    """Give the names of those organisations that this person may know."""
    rows = tx.session.execute(
        select(Organisation.id, Organisation.name, Organisation.names_itself_to_authors).where(
            Organisation.id.in_(organisations)
        )
    )
    everyone = knows_names(tx)
    return {row.id: row.name for row in rows if everyone or row.names_itself_to_authors}


def number_known(tx: Transaction, finding: Finding) -> str:
    """Give the number of a finding, or its alias where the number would name who filed it."""
    known = names_known(tx, {finding.organisation_id})
    return finding.number if finding.organisation_id in known else finding.alias
