"""Words that no pixels confirmed, for a person to confirm; what else a source file holds."""

from alembic import op

revision = "0008_unconfirmed"
down_revision = "0007_reader_notes"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE unconfirmed_words (
    version_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    x0 DOUBLE PRECISION NOT NULL,
    y0 DOUBLE PRECISION NOT NULL,
    x1 DOUBLE PRECISION NOT NULL,
    y1 DOUBLE PRECISION NOT NULL,
    inked BOOLEAN NOT NULL,
    confirmed BOOLEAN NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_unconfirmed_words PRIMARY KEY (version_id, page, place),
    CONSTRAINT fk_unconfirmed_words_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_unconfirmed_words_decided_by FOREIGN KEY(decided_by) REFERENCES people (id)
);
CREATE TABLE source_surveys (
    version_id TEXT NOT NULL,
    body JSONB NOT NULL,
    CONSTRAINT pk_source_surveys PRIMARY KEY (version_id),
    CONSTRAINT fk_source_surveys_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
"""
# Only for people of the publisher who may read everything that stands on the version's pages: what
# nobody confirmed may lie under any box.
_WALLS = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {table} TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON {table} TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON {table} TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' AND vitrine_entitled(version_id, ARRAY[]::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO vitrine_worker;
GRANT SELECT ON {table} TO vitrine_web;
"""


def upgrade() -> None:
    """Create both tables with their walls; the web may only settle a word, never change it."""
    bind = op.get_bind()
    bind.exec_driver_sql(_TABLES)
    for table in ("unconfirmed_words", "source_surveys"):
        bind.exec_driver_sql(_WALLS.format(table=table))
    columns = "confirmed, decided_by, decided_at"
    bind.exec_driver_sql(f"GRANT UPDATE ({columns}) ON unconfirmed_words TO vitrine_web")


def downgrade() -> None:
    """Drop both."""
    op.get_bind().exec_driver_sql("DROP TABLE unconfirmed_words; DROP TABLE source_surveys")
