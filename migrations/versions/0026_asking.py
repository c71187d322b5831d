"""Asking: drafts ready for the lead, follow-ups, answers by reference, words kept for a search."""

from alembic import op

revision = "0026_asking"
down_revision = "0025_appeals"
branch_labels = None
depends_on = None

_REQUESTS = """
ALTER TABLE requests
    ADD COLUMN ready_by TEXT CONSTRAINT fk_requests_ready_by REFERENCES people (id),
    ADD COLUMN ready_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN referred_to TEXT CONSTRAINT fk_requests_referred_to REFERENCES requests (id);
CREATE INDEX ix_requests_follows ON requests (basis_id) WHERE basis_kind = 'request';
"""
# Words are kept beside each text of a request, so that a search takes none apart anew.
_WORDS = """
ALTER TABLE guarded_fields ADD COLUMN words TSVECTOR GENERATED ALWAYS AS
    (CASE WHEN subject_kind = 'request' THEN to_tsvector('english', body) END) STORED;
CREATE INDEX ix_guarded_fields_words ON guarded_fields USING gin (words);
"""
# Whom a request is kept to. Which requests are kept from the acting person is one question, asked
# once in a statement: a function that sees every row answers it, and gives ids of that person's own
# organisation alone. Everything that hangs on such a request is behind the same answer.
_PEOPLE = """
CREATE TABLE request_people (
    request_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_request_people PRIMARY KEY (request_id, person_id),
    CONSTRAINT fk_request_people_request_id FOREIGN KEY (request_id) REFERENCES requests (id),
    CONSTRAINT fk_request_people_person_id FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT fk_request_people_organisation_id
        FOREIGN KEY (organisation_id) REFERENCES organisations (id)
);
CREATE INDEX ix_request_people_organisation_id ON request_people (organisation_id);
CREATE FUNCTION vitrine_kept_from_me() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT DISTINCT p.request_id FROM request_people p
    WHERE p.organisation_id = vitrine_organisation()
      AND NOT EXISTS (SELECT 1 FROM request_people me
           WHERE me.request_id = p.request_id AND me.person_id = vitrine_person())
      AND NOT EXISTS (SELECT 1 FROM memberships m
           WHERE m.person_id = vitrine_person() AND m.organisation_id = p.organisation_id
             AND m.state = 'active' AND 'lead' = ANY (m.roles)) $$;
CREATE FUNCTION vitrine_receipts_kept_from_me() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT a.receipt_id FROM answers a
    WHERE a.receipt_id IS NOT NULL AND a.request_id IN (SELECT vitrine_kept_from_me()) $$;
ALTER TABLE request_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE request_people FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON request_people TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON request_people TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON request_people TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
         AND request_id NOT IN (SELECT vitrine_kept_from_me()));
GRANT SELECT, INSERT, DELETE ON request_people TO vitrine_web, vitrine_worker;
GRANT UPDATE (mark) ON pack_asked TO vitrine_web, vitrine_worker;
"""
_KEPT = """
CREATE POLICY not_kept_from_me ON {0} AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (vitrine_side() <> 'reviewer' OR {1} NOT IN (SELECT vitrine_kept_from_me()))
"""
# The tables that name a request, and the column that does. Ids are of one kind alone, so nothing
# else is hidden where a column names things of several.
_HANGING = {
    "requests": "id",
    "answers": "request_id",
    "stages": "subject_id",
    "guarded_fields": "subject_id",
    "pack_asked": "request_id",
    "notices": "subject_id",
}
_KEPT_RECEIPTS = """
CREATE POLICY receipt_not_kept_from_me ON {0} AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (vitrine_side() <> 'reviewer' OR {1} NOT IN (SELECT vitrine_receipts_kept_from_me()))
"""
_RECEIPTS = {"receipts": "id", "stages": "subject_id", "notices": "subject_id"}


def upgrade() -> None:
    """Add the columns, the table, and the wall around what is kept to some people."""
    bind = op.get_bind()
    for statements in (_REQUESTS, _WORDS, _PEOPLE):
        bind.exec_driver_sql(statements)
    for table, column in _HANGING.items():
        bind.exec_driver_sql(_KEPT.format(table, column))
    for table, column in _RECEIPTS.items():
        bind.exec_driver_sql(_KEPT_RECEIPTS.format(table, column))


def downgrade() -> None:
    """Take them out; what followed another request is about the report as a whole again.

    What was kept to some people is its organisation's again.
    """
    bind = op.get_bind()
    for table in _HANGING:
        bind.exec_driver_sql(f"DROP POLICY not_kept_from_me ON {table}")
    for table in _RECEIPTS:
        bind.exec_driver_sql(f"DROP POLICY receipt_not_kept_from_me ON {table}")
    bind.exec_driver_sql("REVOKE UPDATE (mark) ON pack_asked FROM vitrine_web, vitrine_worker")
    bind.exec_driver_sql("DROP TABLE request_people")
    bind.exec_driver_sql("DROP FUNCTION vitrine_receipts_kept_from_me()")
    bind.exec_driver_sql("DROP FUNCTION vitrine_kept_from_me()")
    bind.exec_driver_sql("ALTER TABLE guarded_fields DROP COLUMN words")
    bind.exec_driver_sql("DROP INDEX ix_requests_follows")
    bind.exec_driver_sql(
        "UPDATE requests SET basis_kind = 'report', basis_id = NULL WHERE basis_kind = 'request'"
    )
    bind.exec_driver_sql(
        "ALTER TABLE requests DROP COLUMN referred_to, DROP COLUMN ready_at, DROP COLUMN ready_by"
    )
