"""A finer picture of a page of an edition, drawn when a dense screen asks for it."""

from alembic import op

revision = "0015_fine_pages"
down_revision = "0014_origins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the name of the finer picture: null until somebody has asked for it."""
    op.get_bind().exec_driver_sql("ALTER TABLE edition_pages ADD COLUMN fine_digest TEXT")


def downgrade() -> None:
    """Drop it; the pictures stay in the store under their digests."""
    op.get_bind().exec_driver_sql("ALTER TABLE edition_pages DROP COLUMN fine_digest")
