"""Assurances, keys and signatures, positions, recommendations."""

from pathlib import Path

from alembic import op

revision = "0036_positions"
down_revision = "0035_answering"
branch_labels = None
depends_on = None

_TABLES = (
    "recommendation_adoptions",
    "recommendation_responses",
    "recommendations",
    "released_positions",
    "position_releases",
    "positions",
    "signatures",
    "signing_keys",
    "assurance_templates",
    "assurance_drafts",
    "assurances",
)


def upgrade() -> None:
    """Add the tables and their walls."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text().replace("%", "%%"))


def downgrade() -> None:
    """Take them out, and the texts that belong to nothing else."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP POLICY kept ON claims")
    bind.exec_driver_sql(
        "DELETE FROM guarded_fields WHERE subject_kind IN ('assurance', 'recommendation')"
        " OR field LIKE 'reasons.%%' OR field LIKE 'released_reasons.%%'"
    )
    for table in _TABLES:
        bind.exec_driver_sql(f"DROP TABLE {table}")
