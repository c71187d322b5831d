"""Question packs, where they were applied, and what each of their items became."""

from pathlib import Path

from alembic import op

revision = "0022_packs"
down_revision = "0021_notices"
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_name("0022_packs.sql")


def upgrade() -> None:
    """Create the tables with their walls."""
    op.get_bind().exec_driver_sql(_SQL.read_text().replace("%", "%%"))


def downgrade() -> None:
    """Drop them; the texts of packs would have nobody left who may see them."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP POLICY offered_packs ON guarded_fields")
    bind.exec_driver_sql("DELETE FROM guarded_fields WHERE subject_kind = 'pack'")
    bind.exec_driver_sql("DROP TABLE pack_asked, pack_runs, question_packs")
