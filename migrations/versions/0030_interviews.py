"""Interviews that requests lead to: proposed times, and notes that both sides sign."""

from alembic import op

revision = "0030_interviews"
down_revision = "0029_attachments"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE interviews (
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    standing TEXT NOT NULL,
    round INTEGER NOT NULL,
    agreed_round INTEGER,
    starts_at TIMESTAMP WITH TIME ZONE,
    minutes INTEGER,
    place TEXT,
    sequence INTEGER,
    reason TEXT,
    publisher_person TEXT,
    asker_person TEXT,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_interviews PRIMARY KEY (id),
    CONSTRAINT uq_interviews_request_id UNIQUE (request_id),
    CONSTRAINT fk_interviews_request_id FOREIGN KEY (request_id) REFERENCES requests (id),
    CONSTRAINT fk_interviews_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_interviews_publisher_person FOREIGN KEY (publisher_person)
        REFERENCES people (id),
    CONSTRAINT fk_interviews_asker_person FOREIGN KEY (asker_person) REFERENCES people (id)
);
CREATE INDEX ix_interviews_organisation_id ON interviews (organisation_id);
CREATE TABLE interview_slots (
    id TEXT NOT NULL,
    interview_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    number INTEGER NOT NULL,
    side TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    minutes INTEGER NOT NULL,
    place TEXT NOT NULL,
    CONSTRAINT pk_interview_slots PRIMARY KEY (id),
    CONSTRAINT uq_interview_slots_interview_id_round_number UNIQUE (interview_id, round, number),
    CONSTRAINT fk_interview_slots_interview_id FOREIGN KEY (interview_id)
        REFERENCES interviews (id),
    CONSTRAINT fk_interview_slots_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id)
);
CREATE INDEX ix_interview_slots_organisation_id ON interview_slots (organisation_id);
CREATE TABLE interview_notes (
    id TEXT NOT NULL,
    interview_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    side TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    digest TEXT NOT NULL,
    drafted_by TEXT NOT NULL,
    drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    signed_publisher_by TEXT,
    signed_publisher_at TIMESTAMP WITH TIME ZONE,
    signed_asker_by TEXT,
    signed_asker_at TIMESTAMP WITH TIME ZONE,
    voided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_interview_notes PRIMARY KEY (id),
    CONSTRAINT uq_interview_notes_interview_id_side_number UNIQUE (interview_id, side, number),
    CONSTRAINT fk_interview_notes_interview_id FOREIGN KEY (interview_id)
        REFERENCES interviews (id),
    CONSTRAINT fk_interview_notes_request_id FOREIGN KEY (request_id) REFERENCES requests (id),
    CONSTRAINT fk_interview_notes_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_interview_notes_drafted_by FOREIGN KEY (drafted_by) REFERENCES people (id),
    CONSTRAINT fk_interview_notes_signed_publisher_by FOREIGN KEY (signed_publisher_by)
        REFERENCES people (id),
    CONSTRAINT fk_interview_notes_signed_asker_by FOREIGN KEY (signed_asker_by)
        REFERENCES people (id)
);
CREATE INDEX ix_interview_notes_request_id ON interview_notes (request_id);
CREATE INDEX ix_interview_notes_organisation_id ON interview_notes (organisation_id);
"""
_WALLS = """
ALTER TABLE {0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {0} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {0} TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON {0} TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON {0} TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND {1})
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation() AND {2}));
GRANT SELECT, INSERT, UPDATE ON {0} TO vitrine_web, vitrine_worker;
"""
# What was never signed is its own side's alone.
_SIGNED = "(side = '{0}' OR state IN ('offered', 'voided', 'agreed'))"
_SEEN = {
    "interviews": ("true", "true"),
    "interview_slots": ("true", "true"),
    "interview_notes": (_SIGNED.format("publisher"), _SIGNED.format("asker")),
}
# As the request from which an interview comes, so is the interview: see 0026.
_KEPT = """
CREATE POLICY not_kept_from_me ON {0} AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (vitrine_side() <> 'reviewer' OR {1});
"""
_OPEN = {
    "interviews": "request_id NOT IN (SELECT vitrine_kept_from_me())",
    "interview_slots": "interview_id IN (SELECT id FROM interviews)",  # behind its wall
    "interview_notes": "request_id NOT IN (SELECT vitrine_kept_from_me())",
}


def upgrade() -> None:
    """Add interviews."""
    bind = op.get_bind()
    bind.exec_driver_sql(_TABLES)
    for table, (publisher, asker) in _SEEN.items():
        bind.exec_driver_sql(_WALLS.format(table, publisher, asker))
        bind.exec_driver_sql(_KEPT.format(table, _OPEN[table]))


def downgrade() -> None:
    """Take them out, with the texts that hang on them."""
    bind = op.get_bind()
    bind.exec_driver_sql(
        "DELETE FROM guarded_fields WHERE subject_kind = 'request'"
        " AND (field LIKE 'interview_place.%%' OR field LIKE 'interview_notes.%%')"
    )
    for table in reversed(_SEEN):
        bind.exec_driver_sql(f"DROP TABLE {table}")
