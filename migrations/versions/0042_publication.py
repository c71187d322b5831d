"""What the publisher says of a shared draft: no more comments, approved, refused."""

from pathlib import Path

from alembic import op

revision = "0042_publication"
down_revision = "0041_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table with its wall, and count how often a draft was shared."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text().replace("%", "%%"))


def downgrade() -> None:
    """Take them out, and the reasons that belong to nothing else."""
    bind = op.get_bind()
    bind.exec_driver_sql(
        "DELETE FROM guarded_fields WHERE subject_kind = 'statement' AND field LIKE 'verdict.%%'"
    )
    bind.exec_driver_sql("DROP TABLE statement_verdicts")
    bind.exec_driver_sql("ALTER TABLE statements DROP COLUMN sharings")
