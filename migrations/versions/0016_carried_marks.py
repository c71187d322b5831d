"""Marks carried over from version to version, and those found unneeded there."""

from alembic import op

revision = "0016_carried_marks"
down_revision = "0015_fine_pages"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE redactions
  ADD COLUMN carried_from TEXT,
  ADD CONSTRAINT fk_redactions_carried_from FOREIGN KEY (carried_from) REFERENCES redactions (id);
CREATE INDEX ix_redactions_carried_from ON redactions (carried_from);
CREATE TABLE marks_not_needed (
    version_id TEXT NOT NULL,
    redaction_id TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_marks_not_needed PRIMARY KEY (version_id, redaction_id),
    CONSTRAINT fk_marks_not_needed_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_marks_not_needed_redaction_id
        FOREIGN KEY (redaction_id) REFERENCES redactions (id),
    CONSTRAINT fk_marks_not_needed_decided_by FOREIGN KEY (decided_by) REFERENCES people (id)
);
ALTER TABLE marks_not_needed ENABLE ROW LEVEL SECURITY;
ALTER TABLE marks_not_needed FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON marks_not_needed TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON marks_not_needed TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON marks_not_needed TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher');
GRANT SELECT, INSERT, DELETE ON marks_not_needed TO vitrine_web;
GRANT SELECT ON marks_not_needed TO vitrine_worker;
"""


def upgrade() -> None:
    """Add the link and the table, for the publisher's side alone."""
    op.get_bind().exec_driver_sql(_TABLES)


def downgrade() -> None:
    """Take both out."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP TABLE marks_not_needed")
    bind.exec_driver_sql("ALTER TABLE redactions DROP COLUMN carried_from")
