"""The evidence log: entries, order, slices, batches, checkpoints; append-only and walled."""

from pathlib import Path

from alembic import op

revision = "0002_audit"
down_revision = "0001_house"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_name("0002_audit.sql")
_TABLES = (
    "audit_checkpoint",
    "audit_slice",
    "audit_slice_head",
    "audit_leaf",
    "audit_batch",
    "audit_slot_key",
    "audit_pending",
    "audit_audience",
    "audit_entry",
    "org_slot",
)
_FUNCTIONS = (
    "vitrine_slot_evidence(bigint, text)",
    "vitrine_slots_of(text[])",
    "vitrine_slot()",
    "audit_refuse()",
    "audit_enqueue()",
)


def upgrade() -> None:
    """Create the tables with their triggers, policies and privileges."""
    op.get_bind().exec_driver_sql(_SQL.read_text().replace("%", "%%"))


def downgrade() -> None:
    """Drop the log, which is allowed only while there is no evidence in it."""
    bind = op.get_bind()
    for table in ("audit_entry", "audit_batch", "org_slot"):
        if bind.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").scalar():  # noqa: S608 - constant
            raise RuntimeError(f"{table} holds evidence: this migration is not undone over it")
    for table in _TABLES:
        bind.exec_driver_sql(f"DROP TABLE {table} CASCADE")
    for function in _FUNCTIONS:
        bind.exec_driver_sql(f"DROP FUNCTION {function} CASCADE")
