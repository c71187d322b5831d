"""A second look at a refusal: what became of it, and who took it."""

from alembic import op

revision = "0025_appeals"
down_revision = "0024_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what became of the appeal of an answer."""
    op.get_bind().exec_driver_sql(
        "ALTER TABLE answers ADD COLUMN appeal TEXT, ADD COLUMN appeal_decided_by TEXT"
        " CONSTRAINT fk_answers_appeal_decided_by REFERENCES people (id)"
    )


def downgrade() -> None:
    """Take it out."""
    op.get_bind().exec_driver_sql(
        "ALTER TABLE answers DROP COLUMN appeal, DROP COLUMN appeal_decided_by"
    )
