"""What a recogniser reads in the place of a word in doubt."""

from alembic import op

revision = "0012_readings"
down_revision = "0011_deliberation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: null while nobody has tried."""
    op.get_bind().exec_driver_sql("ALTER TABLE unconfirmed_words ADD COLUMN read_as TEXT")


def downgrade() -> None:
    """Drop it."""
    op.get_bind().exec_driver_sql("ALTER TABLE unconfirmed_words DROP COLUMN read_as")
