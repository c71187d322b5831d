"""Review statements, their sections and comments; the publication right of a review."""

from pathlib import Path

from alembic import op

revision = "0038_statements"
down_revision = "0037_versions"
branch_labels = None
depends_on = None

_TABLES = ("statement_comments", "statement_sections", "statement_drafts", "statements")


def upgrade() -> None:
    """Add the tables and their walls."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text().replace("%", "%%"))


def downgrade() -> None:
    """Take them out, and the texts and signatures that belong to nothing else."""
    bind = op.get_bind()
    bind.exec_driver_sql("DELETE FROM guarded_fields WHERE subject_kind = 'statement'")
    bind.exec_driver_sql("DELETE FROM signatures WHERE subject_kind = 'statement'")
    for table in _TABLES:
        bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql("ALTER TABLE reviews DROP COLUMN publication_right, DROP COLUMN payment")
