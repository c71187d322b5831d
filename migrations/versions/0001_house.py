"""The house: every table but the log's, and the second wall around each."""

from pathlib import Path

from alembic import op

revision = "0001_house"
down_revision = None
branch_labels = None
depends_on = None

_HERE = Path(__file__).parent
_ROLES = ("vitrine_owner", "vitrine_web", "vitrine_worker", "vitrine_sequencer")
_FUNCTIONS = (
    "other_memberships(text, text)",
    "find_session(bytea, timestamptz, interval)",
    "vitrine_entitled(text, text[])",
    "vitrine_lifted(text)",
    "vitrine_key()",
    "vitrine_person()",
    "vitrine_organisation()",
    "vitrine_side()",
)


def upgrade() -> None:
    """Create tables, functions, policies and privileges."""
    known = set(op.get_bind().exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
    missing = [role for role in _ROLES if role not in known]
    if missing:
        names = ", ".join(missing)
        raise RuntimeError(f"The database lacks the roles {names}: see docs/operations.md.")
    for name in ("0001_house.sql", "0001_house_walls.sql"):
        op.get_bind().exec_driver_sql((_HERE / name).read_text().replace("%", "%%"))


def downgrade() -> None:
    """Drop everything that upgrade made."""
    bind = op.get_bind()
    tables = bind.exec_driver_sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        " AND tablename NOT IN ('alembic_version')"
    ).scalars()
    for table in list(tables):
        bind.exec_driver_sql(f'DROP TABLE "{table}" CASCADE')
    for function in _FUNCTIONS:
        bind.exec_driver_sql(f"DROP FUNCTION {function} CASCADE")
