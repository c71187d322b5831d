"""What is said of redactions inside: comments on a group, and templates for justifications."""

from alembic import op

revision = "0011_deliberation"
down_revision = "0010_withheld"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE redaction_comments (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_redaction_comments PRIMARY KEY (id),
    CONSTRAINT fk_redaction_comments_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_redaction_comments_written_by FOREIGN KEY (written_by) REFERENCES people (id)
);
CREATE INDEX ix_redaction_comments_version_id ON redaction_comments (version_id);
CREATE TABLE justification_templates (
    id TEXT NOT NULL,
    categories TEXT[] NOT NULL,
    character TEXT NOT NULL,
    justification TEXT NOT NULL,
    state TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_justification_templates PRIMARY KEY (id),
    CONSTRAINT fk_justification_templates_made_by FOREIGN KEY (made_by) REFERENCES people (id)
);
"""
_WALL = """
ALTER TABLE {t} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {t} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {t} TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON {t} TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON {t} TO vitrine_web, vitrine_worker USING (vitrine_side() = 'publisher');
GRANT SELECT, INSERT ON {t} TO vitrine_web, vitrine_worker;
"""


def upgrade() -> None:
    """Create both tables, for the publisher's side alone; a comment is never changed."""
    bind = op.get_bind()
    bind.exec_driver_sql(_TABLES)
    for table in ("redaction_comments", "justification_templates"):
        bind.exec_driver_sql(_WALL.format(t=table))
    bind.exec_driver_sql("GRANT UPDATE (state) ON justification_templates TO vitrine_web")


def downgrade() -> None:
    """Drop both."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP TABLE redaction_comments, justification_templates")
