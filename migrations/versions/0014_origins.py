"""Versions that were not imported as PDF: what was deposited, who approved the PDF made of it."""

from alembic import op

revision = "0014_origins"
down_revision = "0013_check_results"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE versions
  ADD COLUMN kind TEXT NOT NULL DEFAULT 'pdf',
  ADD COLUMN original_digest TEXT,
  ADD COLUMN original_bytes INTEGER,
  ADD COLUMN converted_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN pdf_approved_by TEXT,
  ADD COLUMN pdf_approved_at TIMESTAMP WITH TIME ZONE,
  ADD CONSTRAINT fk_versions_pdf_approved_by FOREIGN KEY (pdf_approved_by) REFERENCES people (id),
  ADD CONSTRAINT ck_versions_pdf_approved
    CHECK (state <> 'published' OR kind = 'pdf' OR pdf_approved_at IS NOT NULL);
"""


def upgrade() -> None:
    """Add the columns; nothing is published of a PDF that nobody has approved."""
    op.get_bind().exec_driver_sql(_COLUMNS)


def downgrade() -> None:
    """Take the columns out."""
    op.get_bind().exec_driver_sql(
        "ALTER TABLE versions DROP CONSTRAINT ck_versions_pdf_approved,"
        " DROP COLUMN kind, DROP COLUMN original_digest, DROP COLUMN original_bytes,"
        " DROP COLUMN converted_at, DROP COLUMN pdf_approved_by, DROP COLUMN pdf_approved_at"
    )
