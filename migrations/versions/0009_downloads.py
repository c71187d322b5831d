"""Copies that left the portal, with the digest of what was sent."""

from alembic import op

revision = "0009_downloads"
down_revision = "0008_unconfirmed"
branch_labels = None
depends_on = None

# What a reviewer copied is security data like what they read: only they see it, and the system.
_TABLE = """
CREATE TABLE downloads (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    edition_key TEXT NOT NULL,
    form TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    size INTEGER,
    digest TEXT,
    CONSTRAINT pk_downloads PRIMARY KEY (id),
    CONSTRAINT fk_downloads_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_downloads_organisation_id
      FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_downloads_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE INDEX ix_downloads_person_id ON downloads (person_id);
CREATE INDEX ix_downloads_version_id ON downloads (version_id);
ALTER TABLE downloads ENABLE ROW LEVEL SECURITY;
ALTER TABLE downloads FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON downloads TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON downloads TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON downloads TO vitrine_web, vitrine_worker
  USING (person_id = vitrine_person());
GRANT SELECT, INSERT, UPDATE ON downloads TO vitrine_worker, vitrine_web;
"""


def upgrade() -> None:
    """Create the table with its wall."""
    op.get_bind().exec_driver_sql(_TABLE)


def downgrade() -> None:
    """Drop it."""
    op.get_bind().exec_driver_sql("DROP TABLE downloads")
