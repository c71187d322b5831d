"""Drafts of findings, their places and their files."""

from pathlib import Path

from alembic import op

revision = "0034_filing"
down_revision = "0033_claims"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables and columns, and their walls."""
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Take them out; drafts and files go with their tables."""
    bind = op.get_bind()
    bind.exec_driver_sql("DELETE FROM guarded_fields WHERE subject_kind = 'finding_draft'")
    bind.exec_driver_sql("DROP TABLE guarded_files")
    bind.exec_driver_sql("DROP POLICY with_its_draft ON guarded_fields")
    bind.exec_driver_sql("DROP TABLE finding_drafts")
    bind.exec_driver_sql("DROP FUNCTION vitrine_leads_here()")
    bind.exec_driver_sql("DROP INDEX ix_findings_place")
    for column in (
        *("about", "redaction_id", "word_from", "word_to", "edition_key", "context_digest"),
    ):
        bind.exec_driver_sql(f"ALTER TABLE findings DROP COLUMN {column}")
