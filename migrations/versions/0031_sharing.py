"""Answers shared further, with organisations that did not ask."""

from alembic import op

revision = "0031_sharing"
down_revision = "0030_interviews"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE shared_answers (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    receipt_id TEXT NOT NULL,
    shared_by TEXT NOT NULL,
    shared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_shared_answers PRIMARY KEY (id),
    CONSTRAINT fk_shared_answers_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_shared_answers_review_id FOREIGN KEY (review_id) REFERENCES reviews (id),
    CONSTRAINT fk_shared_answers_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_shared_answers_receipt_id FOREIGN KEY (receipt_id) REFERENCES receipts (id),
    CONSTRAINT fk_shared_answers_shared_by FOREIGN KEY (shared_by) REFERENCES people (id)
);
CREATE INDEX ix_shared_answers_organisation_id ON shared_answers (organisation_id);
CREATE INDEX ix_shared_answers_review_id ON shared_answers (review_id);
CREATE TABLE shared_from (
    shared_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    CONSTRAINT pk_shared_from PRIMARY KEY (shared_id),
    CONSTRAINT fk_shared_from_shared_id FOREIGN KEY (shared_id) REFERENCES shared_answers (id),
    CONSTRAINT fk_shared_from_request_id FOREIGN KEY (request_id) REFERENCES requests (id)
);
CREATE INDEX ix_shared_from_request_id ON shared_from (request_id);
"""
_WALLS = """
ALTER TABLE {0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {0} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {0} TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON {0} TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON {0} TO vitrine_web, vitrine_worker USING ({1});
GRANT SELECT, INSERT ON {0} TO vitrine_web, vitrine_worker;
"""
_PUBLISHER = "vitrine_side() = 'publisher'"
_OWN = "vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()"


def upgrade() -> None:
    """Add the answers that were shared, and where they come from."""
    bind = op.get_bind()
    bind.exec_driver_sql(_TABLES)
    bind.exec_driver_sql(_WALLS.format("shared_answers", f"{_PUBLISHER} OR ({_OWN})"))
    bind.exec_driver_sql(_WALLS.format("shared_from", _PUBLISHER))
    # Writing is the publisher's, whoever may read.
    bind.exec_driver_sql(
        "CREATE POLICY given ON shared_answers AS RESTRICTIVE FOR INSERT"
        " TO vitrine_web, vitrine_worker WITH CHECK (vitrine_side() IN ('publisher', 'system'))"
    )


def downgrade() -> None:
    """Take both out."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP TABLE shared_from")
    bind.exec_driver_sql("DROP TABLE shared_answers")
