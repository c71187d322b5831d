"""Notices: what each person is told, in fixed words, and the wall around each person's own."""

from alembic import op

revision = "0021_notices"
down_revision = "0020_clocks"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE notices (
    id TEXT NOT NULL,
    occurrence TEXT NOT NULL,
    person_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    facts JSONB NOT NULL,
    at_once BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_notices PRIMARY KEY (id),
    CONSTRAINT fk_notices_person_id FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT fk_notices_organisation_id
        FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT uq_notices_person_id_occurrence UNIQUE (person_id, occurrence)
);
CREATE INDEX ix_notices_unread ON notices (person_id, organisation_id, subject_id)
    WHERE read_at IS NULL;
CREATE INDEX ix_notices_latest ON notices (person_id, organisation_id, created_at, id);

-- Who is told is nobody else's to see; the person can change nothing but that it was read.
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON notices TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON notices TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON notices TO vitrine_web, vitrine_worker
  USING (vitrine_side() IN ('publisher', 'reviewer')
         AND person_id = vitrine_person() AND organisation_id = vitrine_organisation());
GRANT SELECT, INSERT, UPDATE ON notices TO vitrine_worker;
GRANT SELECT, UPDATE (read_at) ON notices TO vitrine_web;
"""


def upgrade() -> None:
    """Create the table and its wall."""
    op.get_bind().exec_driver_sql(_TABLE)


def downgrade() -> None:
    """Drop it; what people were told stands in the log."""
    op.get_bind().exec_driver_sql("DROP TABLE notices")
