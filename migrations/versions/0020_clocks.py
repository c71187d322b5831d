"""The calendar and clocks that a review names, and by when a request is to be triaged."""

from alembic import op

revision = "0020_clocks"
down_revision = "0019_workbooks"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE reviews
  ADD COLUMN calendar TEXT NOT NULL DEFAULT 'none',
  ADD COLUMN clock_profile TEXT NOT NULL DEFAULT 'short',
  ADD COLUMN clock_days JSONB,
  ADD COLUMN submitted_by TEXT NOT NULL DEFAULT 'any';
ALTER TABLE requests ADD COLUMN triage_due_on DATE;
"""
# What waits for triage now keeps the day it had: one business day, weekends alone.
_WAITING = """
UPDATE requests SET triage_due_on = (state_since AT TIME ZONE 'UTC')::date
  + CASE extract(isodow FROM state_since AT TIME ZONE 'UTC') WHEN 5 THEN 3 WHEN 6 THEN 2 ELSE 1 END
  WHERE state IN ('submitted', 'in_triage')
"""


def upgrade() -> None:
    """Add the columns; reviews go on as they were."""
    bind = op.get_bind()
    bind.exec_driver_sql(_COLUMNS)
    bind.exec_driver_sql(_WAITING)


def downgrade() -> None:
    """Take them out."""
    bind = op.get_bind()
    bind.exec_driver_sql("ALTER TABLE requests DROP COLUMN triage_due_on")
    bind.exec_driver_sql(
        "ALTER TABLE reviews DROP COLUMN calendar, DROP COLUMN clock_profile,"
        " DROP COLUMN clock_days, DROP COLUMN submitted_by"
    )
