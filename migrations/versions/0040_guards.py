"""What jobs may know of texts and drafts, and whose assurance it is, told to who may know."""

from pathlib import Path

from alembic import op

revision = "0040_guards"
down_revision = "0039_finding_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the functions for the worker's jobs, and the columns of assurances."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text().replace("%", "%%"))


def downgrade() -> None:
    """Take them out."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP FUNCTION vitrine_finding_needs(text)")
    bind.exec_driver_sql("DROP FUNCTION vitrine_forget_finding_drafts()")
    bind.exec_driver_sql("ALTER TABLE assurance_drafts DROP COLUMN named")
    for column in ("alias", "nonce"):
        bind.exec_driver_sql(f"ALTER TABLE assurances DROP COLUMN {column}")
