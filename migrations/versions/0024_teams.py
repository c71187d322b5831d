"""Teams with members and absences; a request in parts, each with a team, a person or both."""

from alembic import op

revision = "0024_teams"
down_revision = "0023_mails"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE teams (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    topics TEXT[] NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_teams PRIMARY KEY (id),
    CONSTRAINT fk_teams_created_by FOREIGN KEY (created_by) REFERENCES people (id)
);
CREATE UNIQUE INDEX uq_teams_name ON teams (name) WHERE ended_at IS NULL;
CREATE TABLE team_members (
    id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    backup BOOLEAN NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_team_members PRIMARY KEY (id),
    CONSTRAINT uq_team_members_team_id_person_id UNIQUE (team_id, person_id),
    CONSTRAINT fk_team_members_team_id FOREIGN KEY (team_id) REFERENCES teams (id),
    CONSTRAINT fk_team_members_person_id FOREIGN KEY (person_id) REFERENCES people (id)
);
CREATE INDEX ix_team_members_team_id ON team_members (team_id);
CREATE INDEX ix_team_members_person_id ON team_members (person_id);
CREATE TABLE absences (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE NOT NULL,
    noted_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_absences PRIMARY KEY (id),
    CONSTRAINT fk_absences_person_id FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT fk_absences_noted_by FOREIGN KEY (noted_by) REFERENCES people (id)
);
CREATE INDEX ix_absences_person_id ON absences (person_id);
"""
# What was one assignment a request becomes its first part; where several people had held one in
# turn, each row but the newest is a part that was dropped.
_PARTS = """
ALTER TABLE assignments ADD COLUMN number INTEGER;
ALTER TABLE assignments ADD COLUMN worded BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE assignments ADD COLUMN team_id TEXT
    CONSTRAINT fk_assignments_team_id REFERENCES teams (id);
ALTER TABLE assignments ALTER COLUMN responder_id DROP NOT NULL;
UPDATE assignments a SET number = n.number,
    state = CASE WHEN n.newest > 1 THEN 'dropped'
                 WHEN r.state = 'disclosure_check' THEN 'in_check'
                 WHEN r.state IN ('released', 'closed', 'under_appeal') THEN 'released'
                 WHEN a.state = 'done' THEN 'returned'
                 ELSE a.state END
  FROM (SELECT id,
               row_number() OVER (PARTITION BY request_id ORDER BY created_at, id) AS number,
               row_number() OVER (PARTITION BY request_id ORDER BY created_at DESC, id DESC)
                 AS newest
          FROM assignments) n, requests r
 WHERE n.id = a.id AND r.id = a.request_id;
ALTER TABLE assignments ALTER COLUMN number SET NOT NULL;
ALTER TABLE assignments ADD CONSTRAINT uq_assignments_request_id_number
    UNIQUE (request_id, number);
CREATE INDEX ix_assignments_team_id ON assignments (team_id);
ALTER TABLE answers ADD COLUMN assignment_id TEXT
    CONSTRAINT fk_answers_assignment_id REFERENCES assignments (id);
UPDATE answers SET assignment_id = (SELECT a.id FROM assignments a
    WHERE a.request_id = answers.request_id ORDER BY a.number DESC LIMIT 1);
ALTER TABLE answers ALTER COLUMN assignment_id SET NOT NULL;
CREATE INDEX ix_answers_assignment_id ON answers (assignment_id);
"""
_WALLS = """
ALTER TABLE {0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {0} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {0} TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON {0} TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON {0} TO vitrine_web, vitrine_worker USING (vitrine_side() = 'publisher');
GRANT SELECT, INSERT, UPDATE ON {0} TO vitrine_web, vitrine_worker;
"""
_TEAMS = ("teams", "team_members", "absences")


def upgrade() -> None:
    """Add teams, and parts of requests."""
    bind = op.get_bind()
    for statements in (_TABLES, _PARTS, *(_WALLS.format(table) for table in _TEAMS)):
        bind.exec_driver_sql(statements)
    # Who leaves a team, or was not away after all, leaves no row; the log keeps that it was so.
    bind.exec_driver_sql("GRANT DELETE ON team_members, absences TO vitrine_web, vitrine_worker")


def downgrade() -> None:
    """Take both out; a part without a person cannot be kept."""
    bind = op.get_bind()
    bind.exec_driver_sql("ALTER TABLE answers DROP COLUMN assignment_id")
    bind.exec_driver_sql("DELETE FROM assignments WHERE responder_id IS NULL")
    bind.exec_driver_sql(
        "ALTER TABLE assignments DROP COLUMN number, DROP COLUMN worded, DROP COLUMN team_id,"
        " ALTER COLUMN responder_id SET NOT NULL"
    )
    for table in reversed(_TEAMS):
        bind.exec_driver_sql(f"DROP TABLE {table}")
