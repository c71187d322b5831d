"""Evidence items that are text: their lines, their marks, and what editions show of them."""

from pathlib import Path

from alembic import op

revision = "0018_evidence"
down_revision = "0017_removed_notes"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_name("0018_evidence.sql")


def upgrade() -> None:
    """Create the tables with their walls, and name evidence in redactions and editions."""
    op.get_bind().exec_driver_sql(_SQL.read_text().replace("%", "%%"))


def downgrade() -> None:
    """Drop them."""
    bind = op.get_bind()
    bind.exec_driver_sql(
        "DROP TABLE edition_evidence, source_evidence, evidence_marks, evidence_items"
    )
    bind.exec_driver_sql("ALTER TABLE redactions DROP COLUMN evidence")
    bind.exec_driver_sql("ALTER TABLE editions DROP COLUMN evidence")
