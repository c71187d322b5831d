"""Marks that are moved, undone and edited by two people; a place never changes in its row."""

from alembic import op

revision = "0006_marks"
down_revision = "0005_sessions"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE redactions
  ADD COLUMN revision INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN replaces TEXT,
  ADD COLUMN changed_at TIMESTAMP WITH TIME ZONE,
  ADD COLUMN substitute TEXT,
  ADD COLUMN segregable BOOLEAN,
  ADD CONSTRAINT uq_redactions_replaces UNIQUE (replaces),
  ADD CONSTRAINT fk_redactions_replaces FOREIGN KEY (replaces) REFERENCES redactions (id);
"""
# An edition is named by the ids of the redactions that it withholds: were page, place or mode to
# change under an id, an edition painted at the old place would still be served under its name.
_MAY_CHANGE = (
    "group_id, categories, character, justification, state, decided_by, decided_at, "
    "decision_reason, negative_statement, expires_at, revision, changed_at, substitute, segregable"
)


def upgrade() -> None:
    """Add what editing needs; take from both roles the right to change a place in its row."""
    bind = op.get_bind()
    bind.exec_driver_sql(_COLUMNS)
    for role in ("vitrine_web", "vitrine_worker"):
        bind.exec_driver_sql(f"REVOKE UPDATE ON redactions FROM {role}")
        bind.exec_driver_sql(f"GRANT UPDATE ({_MAY_CHANGE}) ON redactions TO {role}")


def downgrade() -> None:
    """Take the columns out and give the rights back."""
    bind = op.get_bind()
    for role in ("vitrine_web", "vitrine_worker"):
        bind.exec_driver_sql(f"REVOKE UPDATE ({_MAY_CHANGE}) ON redactions FROM {role}")
        bind.exec_driver_sql(f"GRANT UPDATE ON redactions TO {role}")
    bind.exec_driver_sql(
        "ALTER TABLE redactions DROP COLUMN revision, DROP COLUMN replaces,"
        " DROP COLUMN changed_at, DROP COLUMN substitute, DROP COLUMN segregable"
    )
