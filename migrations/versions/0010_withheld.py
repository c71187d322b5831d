"""What reviewers say of redactions: assessments, private until shared, and challenges."""

from pathlib import Path

from alembic import op

revision = "0010_withheld"
down_revision = "0009_downloads"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_name("0010_withheld.sql")


def upgrade() -> None:
    """Create both tables with their walls."""
    op.get_bind().exec_driver_sql(_SQL.read_text().replace("%", "%%"))


def downgrade() -> None:
    """Drop both tables."""
    op.get_bind().exec_driver_sql("DROP TABLE assessments, challenges")
