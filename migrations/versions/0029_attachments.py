"""What goes with an answer: versions made of attached files, granted with the release."""

from alembic import op

revision = "0029_attachments"
down_revision = "0028_queue"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE reports ADD COLUMN dossier BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE grants ADD COLUMN follows TEXT
    CONSTRAINT fk_grants_follows REFERENCES grants (id);
CREATE INDEX ix_grants_follows ON grants (follows);
CREATE TABLE attachments (
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    assignment_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    version_id TEXT NOT NULL,
    title TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    released_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_attachments PRIMARY KEY (id),
    CONSTRAINT fk_attachments_request_id FOREIGN KEY (request_id) REFERENCES requests (id),
    CONSTRAINT fk_attachments_assignment_id FOREIGN KEY (assignment_id)
        REFERENCES assignments (id),
    CONSTRAINT fk_attachments_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_attachments_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_attachments_added_by FOREIGN KEY (added_by) REFERENCES people (id)
);
CREATE INDEX ix_attachments_request_id ON attachments (request_id);
CREATE INDEX ix_attachments_organisation_id ON attachments (organisation_id);
CREATE INDEX ix_attachments_version_id ON attachments (version_id);
"""
_WALLS = """
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON attachments TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON attachments TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON attachments TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
             AND released_at IS NOT NULL AND removed_at IS NULL))
  WITH CHECK (vitrine_side() = 'publisher');
GRANT SELECT, INSERT ON attachments TO vitrine_web, vitrine_worker;
GRANT UPDATE (removed_at, released_at) ON attachments TO vitrine_web, vitrine_worker;
"""
# What was released with an answer has no review of its own: its grant lets its name be seen.
_REPORTS = """
ALTER POLICY seen ON reports
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND (EXISTS (SELECT 1 FROM reviews r
               WHERE r.report_id = reports.id AND r.organisation_id = vitrine_organisation())
             OR EXISTS (SELECT 1 FROM grants g
               WHERE g.report_id = reports.id AND g.organisation_id = vitrine_organisation()
                 AND g.state IN ('in_force', 'revoked')))));
"""
_REPORTS_BEFORE = """
ALTER POLICY seen ON reports
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM reviews r
             WHERE r.report_id = reports.id AND r.organisation_id = vitrine_organisation())));
"""
# What was released with a request that is kept to some people is kept to them as well (0026): the
# attachment, and the grant that its release made, unless an answer to others made it, too.
_KEPT = """
CREATE FUNCTION vitrine_grants_kept_from_me() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT g.id FROM grants g
    WHERE g.follows IS NOT NULL AND g.organisation_id = vitrine_organisation()
      AND EXISTS (SELECT 1 FROM attachments a WHERE a.version_id = g.version_id
            AND a.organisation_id = g.organisation_id
            AND a.request_id IN (SELECT vitrine_kept_from_me()))
      AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.version_id = g.version_id
            AND a.organisation_id = g.organisation_id AND a.released_at IS NOT NULL
            AND a.request_id NOT IN (SELECT vitrine_kept_from_me())) $$;
CREATE POLICY not_kept_from_me ON attachments AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (vitrine_side() <> 'reviewer' OR request_id NOT IN (SELECT vitrine_kept_from_me()));
CREATE POLICY not_kept_from_me ON grants AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (vitrine_side() <> 'reviewer' OR follows IS NULL
         OR id NOT IN (SELECT vitrine_grants_kept_from_me()));
"""


def upgrade() -> None:
    """Add attachments, and what marks their versions and grants."""
    for statements in (_TABLES, _WALLS, _REPORTS, _KEPT):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    """Take them out; the versions stay, as reports like any other, with their grants."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP POLICY not_kept_from_me ON grants")
    bind.exec_driver_sql("DROP POLICY not_kept_from_me ON attachments")
    bind.exec_driver_sql("DROP FUNCTION vitrine_grants_kept_from_me()")
    bind.exec_driver_sql(_REPORTS_BEFORE)
    bind.exec_driver_sql("DROP TABLE attachments")
    bind.exec_driver_sql("ALTER TABLE grants DROP COLUMN follows")
    bind.exec_driver_sql("ALTER TABLE reports DROP COLUMN dossier")
