"""What hangs on parts of a version, carried on or left behind; requests by their version.

The table is the publisher's alone: how titles and owners went from version to version.
"""

from alembic import op

revision = "0041_parts"
down_revision = "0040_guards"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE part_carries (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    earlier_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    old_id TEXT NOT NULL,
    new_id TEXT,
    standing TEXT NOT NULL,
    together BOOLEAN NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_part_carries PRIMARY KEY (id),
    CONSTRAINT uq_part_carries_version_id_kind_old_id UNIQUE (version_id, kind, old_id),
    CONSTRAINT fk_part_carries_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_part_carries_earlier_id FOREIGN KEY (earlier_id) REFERENCES versions (id),
    CONSTRAINT fk_part_carries_decided_by FOREIGN KEY (decided_by) REFERENCES people (id)
);
CREATE INDEX ix_requests_version_id ON requests (version_id);
ALTER TABLE part_carries ENABLE ROW LEVEL SECURITY;
ALTER TABLE part_carries FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON part_carries TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON part_carries TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON part_carries TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher');
GRANT SELECT, INSERT ON part_carries TO vitrine_web, vitrine_worker;
"""


def upgrade() -> None:
    """Add the table behind its wall, and the index."""
    op.get_bind().exec_driver_sql(_TABLES)


def downgrade() -> None:
    """Take both out."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP INDEX ix_requests_version_id")
    bind.exec_driver_sql("DROP TABLE part_carries")
