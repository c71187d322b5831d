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
"""


def upgrade() -> None:
    """Add the columns."""
    bind = op.get_bind()
    bind.exec_driver_sql(_REQUESTS)
    bind.exec_driver_sql(_WORDS)


def downgrade() -> None:
    """Take them out; a request that followed another is about the report as a whole again."""
    bind = op.get_bind()
    bind.exec_driver_sql("ALTER TABLE guarded_fields DROP COLUMN words")
    bind.exec_driver_sql("DROP INDEX ix_requests_follows")
    bind.exec_driver_sql(
        "UPDATE requests SET basis_kind = 'report', basis_id = NULL WHERE basis_kind = 'request'"
    )
    bind.exec_driver_sql(
        "ALTER TABLE requests DROP COLUMN referred_to, DROP COLUMN ready_at, DROP COLUMN ready_by"
    )
