"""Mails: the outbox, what each person wants by mail, and organisations that want a link alone."""

from alembic import op

revision = "0023_mails"
down_revision = "0022_packs"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE mails (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    day DATE,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_try_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_error TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_mails PRIMARY KEY (id),
    CONSTRAINT fk_mails_person_id FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT uq_mails_message_id UNIQUE (message_id),
    CONSTRAINT uq_mails_person_id_day UNIQUE (person_id, day)
);
CREATE INDEX ix_mails_due ON mails (next_try_at) WHERE state IN ('waiting', 'failed');
CREATE INDEX ix_mails_person_id_created_at ON mails (person_id, created_at);
CREATE TABLE notice_preferences (
    person_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_notice_preferences PRIMARY KEY (person_id),
    CONSTRAINT fk_notice_preferences_person_id FOREIGN KEY (person_id) REFERENCES people (id)
);
ALTER TABLE notices ADD COLUMN in_digest BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE notices ADD COLUMN mail_id TEXT;
ALTER TABLE notices ADD CONSTRAINT fk_notices_mail_id FOREIGN KEY (mail_id) REFERENCES mails (id);
CREATE INDEX ix_notices_mail_id ON notices (mail_id);
CREATE INDEX ix_notices_for_digest ON notices (person_id) WHERE in_digest AND mail_id IS NULL;
ALTER TABLE organisations ADD COLUMN mails_link_only BOOLEAN NOT NULL DEFAULT false;
"""
_WALLS = """
ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE mails FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON mails TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON mails TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
-- That a mail was sent, or was not, and to whom: no word of it is here.
CREATE POLICY seen ON mails TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND person_id = vitrine_person()))
  WITH CHECK (vitrine_side() = 'publisher');
GRANT SELECT, INSERT, UPDATE ON mails TO vitrine_worker;
GRANT SELECT, UPDATE (state, attempts, next_try_at) ON mails TO vitrine_web;

ALTER TABLE notice_preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_preferences FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON notice_preferences TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON notice_preferences TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON notice_preferences TO vitrine_web, vitrine_worker
  USING (vitrine_side() IN ('publisher', 'reviewer') AND person_id = vitrine_person());
GRANT SELECT ON notice_preferences TO vitrine_worker;
GRANT SELECT, INSERT, UPDATE ON notice_preferences TO vitrine_web;
"""


def upgrade() -> None:
    """Create the tables and their walls."""
    bind = op.get_bind()
    bind.exec_driver_sql(_TABLES)
    bind.exec_driver_sql(_WALLS)


def downgrade() -> None:
    """Drop them; what was sent stands in the log."""
    bind = op.get_bind()
    bind.exec_driver_sql("ALTER TABLE organisations DROP COLUMN mails_link_only")
    bind.exec_driver_sql("DROP INDEX ix_notices_for_digest")
    bind.exec_driver_sql("ALTER TABLE notices DROP COLUMN mail_id, DROP COLUMN in_digest")
    bind.exec_driver_sql("DROP TABLE notice_preferences")
    bind.exec_driver_sql("DROP TABLE mails")
