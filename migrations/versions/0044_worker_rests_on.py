"""What a statement rests on may be asked by the worker, too: the demo acts for people there."""

from alembic import op

revision = "0044_worker_rests_on"
down_revision = "0043_light_walls"
branch_labels = None
depends_on = None

_FUNCTION = "FUNCTION vitrine_rests_on(text)"


def upgrade() -> None:
    """Let the worker call it as the web may."""
    op.get_bind().exec_driver_sql(f"GRANT EXECUTE ON {_FUNCTION} TO vitrine_worker")


def downgrade() -> None:
    """Take the right away again."""
    op.get_bind().exec_driver_sql(f"REVOKE EXECUTE ON {_FUNCTION} FROM vitrine_worker")
