"""Rows around versions that are shown beside others: later ones, numbers that one may know."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from app.access import scope
from app.access.decide import keep
from app.access.finding_facts import remember_findings
from app.access.matching import READABLE
from app.access.touching import Standing
from app.domain.actions import Action
from app.domain.findings import outward
from app.domain.targets import Target
from app.features.versions.schemas import FixedFinding
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


def askers_hidden(tx: Transaction, found: Sequence[Standing]) -> list[Standing]:
    """Take from requests whose they are, for who may not know: who answers knows aliases alone.

    An organisation that names itself to authors does so with what it found, not with what it asks.
    """
    if knows_names(tx):
        return list(found)
    return [
        replace(one, organisation_id="", review_id="") if one.kind.name == "request" else one
        for one in found
    ]


def number_known(tx: Transaction, finding: Finding) -> str:
    """Give the number of a finding, or its alias where the number would name who filed it."""
    known = names_known(tx, {finding.organisation_id})
    return finding.number if finding.organisation_id in known else finding.alias


def fixed_in(tx: Transaction, version_id: str) -> tuple[FixedFinding, ...]:
    """List the findings that a version is said to fix: one's own; inside those one may read."""
    found = tx.session.scalars(
        scope.findings(tx).where(Finding.fixed_in == version_id).order_by(Finding.id)
    ).all()
    if not found:
        return ()
    remember_findings(tx, found)
    kept = keep(tx, Action.READ_FINDING, found, lambda row: Target("finding", row.id))
    names = names_known(tx, {row.organisation_id for row in kept})
    views = [
        FixedFinding(
            id=row.id,
            number=row.number if row.organisation_id in names else row.alias,
            organisation=names.get(row.organisation_id),
            state=outward(row.state),
            page=row.page,
            version_id=row.version_id,
        )
        for row in kept
    ]
    return tuple(sorted(views, key=lambda one: (one.organisation or "~", one.number)))
