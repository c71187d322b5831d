"""Notes that their writer removed are forgotten after a time, seen by nobody on the way."""

from alembic import op

revision = "0017_removed_notes"
down_revision = "0016_carried_marks"
branch_labels = None
depends_on = None

# The wall around notes lets no job see one, nor count them: this function tells nothing. Only the
# worker may call it; vitrine_side() would ask for the owner here, as whom it runs.
_FORGET = """
CREATE FUNCTION vitrine_forget_notes() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS
$$ WITH gone AS (
     DELETE FROM reader_notes
      WHERE current_setting('vitrine.side', true) = 'system'
        AND removed_at < now() - interval '30 days'
      RETURNING id)
   DELETE FROM guarded_fields
    WHERE subject_kind = 'note' AND subject_id IN (SELECT id FROM gone) $$;
REVOKE ALL ON FUNCTION vitrine_forget_notes() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vitrine_forget_notes() TO vitrine_worker;
"""


def upgrade() -> None:
    """Create the function, for the worker's jobs alone."""
    op.get_bind().exec_driver_sql(_FORGET)


def downgrade() -> None:
    """Drop it."""
    op.get_bind().exec_driver_sql("DROP FUNCTION vitrine_forget_notes()")
