"""Files in the threads of findings: attachments of a finding, and files that go with a message."""

from alembic import op

revision = "0039_finding_files"
down_revision = "0038_statements"
branch_labels = None
depends_on = None

_TABLES = """
ALTER TABLE attachments
    ALTER COLUMN request_id DROP NOT NULL,
    ALTER COLUMN assignment_id DROP NOT NULL,
    ALTER COLUMN round DROP NOT NULL,
    ADD COLUMN finding_id TEXT CONSTRAINT fk_attachments_finding_id REFERENCES findings (id),
    ADD COLUMN message_id TEXT CONSTRAINT fk_attachments_message_id REFERENCES messages (id),
    ADD CONSTRAINT ck_attachments_home CHECK (
        CASE WHEN finding_id IS NULL
             THEN request_id IS NOT NULL AND assignment_id IS NOT NULL AND round IS NOT NULL
                  AND message_id IS NULL
             ELSE request_id IS NULL AND assignment_id IS NULL AND round IS NULL
                  AND (released_at IS NULL) = (message_id IS NULL) END);
CREATE INDEX ix_attachments_finding_id ON attachments (finding_id);
GRANT UPDATE (message_id) ON attachments TO vitrine_web, vitrine_worker;
ALTER TABLE guarded_files
    ADD COLUMN message_id TEXT CONSTRAINT fk_guarded_files_message_id REFERENCES messages (id);
CREATE INDEX ix_guarded_files_message_id ON guarded_files (message_id);
"""
# What goes with a finding is kept to nobody by the compartment of a request.
_KEPT = """
CREATE OR REPLACE FUNCTION vitrine_grants_kept_from_me() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT g.id FROM grants g
    WHERE g.follows IS NOT NULL AND g.organisation_id = vitrine_organisation()
      AND EXISTS (SELECT 1 FROM attachments a WHERE a.version_id = g.version_id
            AND a.organisation_id = g.organisation_id
            AND a.request_id IN (SELECT vitrine_kept_from_me()))
      AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.version_id = g.version_id
            AND a.organisation_id = g.organisation_id AND a.released_at IS NOT NULL
            AND (a.request_id IS NULL
                 OR a.request_id NOT IN (SELECT vitrine_kept_from_me()))) $$;
ALTER POLICY not_kept_from_me ON attachments
  USING (vitrine_side() <> 'reviewer' OR request_id IS NULL
         OR request_id NOT IN (SELECT vitrine_kept_from_me()));
"""
_KEPT_BEFORE = """
ALTER POLICY not_kept_from_me ON attachments
  USING (vitrine_side() <> 'reviewer' OR request_id NOT IN (SELECT vitrine_kept_from_me()));
CREATE OR REPLACE FUNCTION vitrine_grants_kept_from_me() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT g.id FROM grants g
    WHERE g.follows IS NOT NULL AND g.organisation_id = vitrine_organisation()
      AND EXISTS (SELECT 1 FROM attachments a WHERE a.version_id = g.version_id
            AND a.organisation_id = g.organisation_id
            AND a.request_id IN (SELECT vitrine_kept_from_me()))
      AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.version_id = g.version_id
            AND a.organisation_id = g.organisation_id AND a.released_at IS NOT NULL
            AND a.request_id NOT IN (SELECT vitrine_kept_from_me())) $$;
"""
# As what is attached goes, so do its rows: a row of a finding could not be told from an answer's.
_TABLES_BEFORE = """
DELETE FROM guarded_files WHERE message_id IS NOT NULL;
ALTER TABLE guarded_files DROP COLUMN message_id;
DELETE FROM attachments WHERE finding_id IS NOT NULL;
ALTER TABLE attachments
    DROP COLUMN finding_id CASCADE,
    DROP COLUMN message_id,
    ALTER COLUMN request_id SET NOT NULL,
    ALTER COLUMN assignment_id SET NOT NULL,
    ALTER COLUMN round SET NOT NULL;
"""


def upgrade() -> None:
    """Let an attachment be a finding's, and a file a message's."""
    for statements in (_TABLES, _KEPT):
        op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    """Take that out; the versions stay, as reports like any other, with their grants."""
    for statements in (_KEPT_BEFORE, _TABLES_BEFORE):
        op.get_bind().exec_driver_sql(statements)
