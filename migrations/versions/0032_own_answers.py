"""Who wrote a text: experts are offered what they answered before."""

from alembic import op

revision = "0032_own_answers"
down_revision = "0031_sharing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index by which somebody's own texts are found."""
    op.get_bind().exec_driver_sql(
        "CREATE INDEX ix_guarded_fields_written_by ON guarded_fields (written_by)"
    )


def downgrade() -> None:
    """Take it out."""
    op.get_bind().exec_driver_sql("DROP INDEX ix_guarded_fields_written_by")
