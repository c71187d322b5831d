"""Answering findings: dates, fixes, threads, claw-backs, and versions that are marked final."""

from alembic import op

revision = "0035_answering"
down_revision = "0034_filing"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE findings
  ADD COLUMN due_on DATE,
  ADD COLUMN fixed_in TEXT CONSTRAINT fk_findings_fixed_in REFERENCES versions (id),
  ADD COLUMN merged_into TEXT CONSTRAINT fk_findings_merged_into REFERENCES findings (id);
ALTER TABLE versions
  ADD COLUMN final_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN final_by TEXT CONSTRAINT fk_versions_final_by REFERENCES people (id);
"""
_TABLES = """
CREATE TABLE messages (
    id TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    internal BOOLEAN NOT NULL,
    refers_to TEXT,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    struck_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT fk_messages_finding_id FOREIGN KEY (finding_id) REFERENCES findings (id),
    CONSTRAINT fk_messages_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_messages_refers_to FOREIGN KEY (refers_to) REFERENCES versions (id),
    CONSTRAINT fk_messages_written_by FOREIGN KEY (written_by) REFERENCES people (id)
);
CREATE INDEX ix_messages_finding_id ON messages (finding_id);
CREATE INDEX ix_messages_organisation_id ON messages (organisation_id);
CREATE TABLE message_mentions (
    message_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    side TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    CONSTRAINT pk_message_mentions PRIMARY KEY (message_id, person_id),
    CONSTRAINT fk_message_mentions_message_id FOREIGN KEY (message_id) REFERENCES messages (id),
    CONSTRAINT fk_message_mentions_person_id FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT fk_message_mentions_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id)
);
CREATE TABLE thread_marks (
    person_id TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_thread_marks PRIMARY KEY (person_id, finding_id),
    CONSTRAINT fk_thread_marks_person_id FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT fk_thread_marks_finding_id FOREIGN KEY (finding_id) REFERENCES findings (id)
);
CREATE TABLE claw_backs (
    id TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    started_by TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_by TEXT,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_claw_backs PRIMARY KEY (id),
    CONSTRAINT uq_claw_backs_finding_id UNIQUE (finding_id),
    CONSTRAINT fk_claw_backs_finding_id FOREIGN KEY (finding_id) REFERENCES findings (id),
    CONSTRAINT fk_claw_backs_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_claw_backs_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_claw_backs_started_by FOREIGN KEY (started_by) REFERENCES people (id),
    CONSTRAINT fk_claw_backs_closed_by FOREIGN KEY (closed_by) REFERENCES people (id)
);
CREATE TABLE deletions (
    id TEXT NOT NULL,
    claw_back_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE NOT NULL,
    covers TEXT[] NOT NULL,
    deleted_on DATE,
    certified_by TEXT,
    certified_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_deletions PRIMARY KEY (id),
    CONSTRAINT uq_deletions_claw_back_id_organisation_id UNIQUE (claw_back_id, organisation_id),
    CONSTRAINT fk_deletions_claw_back_id FOREIGN KEY (claw_back_id) REFERENCES claw_backs (id),
    CONSTRAINT fk_deletions_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_deletions_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_deletions_asked_by FOREIGN KEY (asked_by) REFERENCES people (id),
    CONSTRAINT fk_deletions_certified_by FOREIGN KEY (certified_by) REFERENCES people (id)
);
CREATE INDEX ix_deletions_organisation_id ON deletions (organisation_id);
CREATE TABLE open_points (
    version_id TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    listed_by TEXT NOT NULL,
    listed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_open_points PRIMARY KEY (version_id, finding_id),
    CONSTRAINT fk_open_points_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_open_points_finding_id FOREIGN KEY (finding_id) REFERENCES findings (id),
    CONSTRAINT fk_open_points_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_open_points_listed_by FOREIGN KEY (listed_by) REFERENCES people (id)
);
CREATE INDEX ix_open_points_organisation_id ON open_points (organisation_id);
"""
_WALLS = """
ALTER TABLE {0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {0} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {0} TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON {0} TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON {0} TO vitrine_web, vitrine_worker USING ({1}) WITH CHECK ({2});
GRANT {3} ON {0} TO vitrine_web, vitrine_worker;
"""
_PUBLISHER = "vitrine_side() = 'publisher'"
_OWN = "vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()"
_BOTH = f"{_PUBLISHER} OR ({_OWN})"
# What is internal is its own side's alone; nobody writes in the other's name.
_SAID = (
    f"({_PUBLISHER} AND (side = 'publisher' OR NOT internal))"
    f" OR ({_OWN} AND (side = 'reviewer' OR NOT internal))"
)
_SAYING = f"({_PUBLISHER} AND side = 'publisher') OR ({_OWN} AND side = 'reviewer')"
_MINE = "vitrine_side() IN ('publisher', 'reviewer') AND person_id = vitrine_person()"
_SEEN = {
    "messages": (_SAID, _SAYING, "SELECT, INSERT"),
    "message_mentions": (_SAYING, _SAYING, "SELECT, INSERT"),
    "thread_marks": (_MINE, _MINE, "SELECT, INSERT, UPDATE"),
    "claw_backs": (_PUBLISHER, _PUBLISHER, "SELECT, INSERT, UPDATE"),
    "deletions": (_BOTH, _BOTH, "SELECT, INSERT"),
    "open_points": (_BOTH, _PUBLISHER, "SELECT, INSERT, UPDATE"),
}
# A message is struck and a deletion certified; nothing else of them changes.
_CHANGES = """
GRANT UPDATE (struck_at) ON messages TO vitrine_web, vitrine_worker;
GRANT UPDATE (covers, deleted_on, certified_by, certified_at) ON deletions
  TO vitrine_web, vitrine_worker;
CREATE POLICY asked ON deletions AS RESTRICTIVE FOR INSERT TO vitrine_web, vitrine_worker
  WITH CHECK (vitrine_side() IN ('publisher', 'system'));
CREATE POLICY certified ON deletions AS RESTRICTIVE FOR UPDATE TO vitrine_web, vitrine_worker
  USING (vitrine_side() IN ('reviewer', 'system'));
"""


def upgrade() -> None:
    """Add the columns, the tables and their walls."""
    bind = op.get_bind()
    bind.exec_driver_sql(_COLUMNS)
    bind.exec_driver_sql(_TABLES)
    for table, (seen, written, granted) in _SEEN.items():
        bind.exec_driver_sql(_WALLS.format(table, seen, written, granted))
    bind.exec_driver_sql(_CHANGES)


def downgrade() -> None:
    """Take them out, with the texts of messages."""
    bind = op.get_bind()
    bind.exec_driver_sql(
        "DELETE FROM guarded_fields WHERE subject_kind = 'finding' AND field LIKE 'message.%%'"
    )
    for table in reversed(_SEEN):
        bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(
        "ALTER TABLE versions DROP COLUMN final_at, DROP COLUMN final_by;"
        "ALTER TABLE findings DROP COLUMN due_on, DROP COLUMN fixed_in, DROP COLUMN merged_into"
    )
