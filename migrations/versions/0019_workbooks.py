"""Spreadsheets that became a CSV for each sheet; what they hold beside those."""

from alembic import op

revision = "0019_workbooks"
down_revision = "0018_evidence"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE evidence_items ADD COLUMN hidden_sheets INTEGER NOT NULL DEFAULT 0;
CREATE TABLE workbook_sheets (
    item_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    version_id TEXT NOT NULL,
    name TEXT NOT NULL,
    visible BOOLEAN NOT NULL,
    rows INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    taken_as TEXT,
    CONSTRAINT pk_workbook_sheets PRIMARY KEY (item_id, number),
    CONSTRAINT fk_workbook_sheets_item_id FOREIGN KEY (item_id) REFERENCES evidence_items (id),
    CONSTRAINT fk_workbook_sheets_version_id FOREIGN KEY (version_id) REFERENCES versions (id)
);
CREATE INDEX ix_workbook_sheets_version_id ON workbook_sheets (version_id);
"""
# A sheet's name is text of the file that no mark covers: it stays with who may read everything.
_WALLS = """
ALTER TABLE workbook_sheets ENABLE ROW LEVEL SECURITY;
ALTER TABLE workbook_sheets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON workbook_sheets TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON workbook_sheets TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON workbook_sheets TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' AND vitrine_entitled(version_id, ARRAY[]::text[]));
GRANT SELECT, INSERT ON workbook_sheets TO vitrine_worker;
GRANT SELECT ON workbook_sheets TO vitrine_web;
"""


def upgrade() -> None:
    """Add the table with its walls, and the count of hidden sheets."""
    bind = op.get_bind()
    bind.exec_driver_sql(_TABLES)
    bind.exec_driver_sql(_WALLS)


def downgrade() -> None:
    """Take both out."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP TABLE workbook_sheets")
    bind.exec_driver_sql("ALTER TABLE evidence_items DROP COLUMN hidden_sheets")
