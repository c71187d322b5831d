"""Ending the sessions of a provider that closes, and removing what old sign-ins leave behind."""

from alembic import op

revision = "0005_sessions"
down_revision = "0004_edition_states"
branch_labels = None
depends_on = None

# A session is its own person's alone to see; whoever may close the provider ends it unseen.
_FUNCTION = """
CREATE FUNCTION end_sessions_through(of_provider text, moment timestamptz)
RETURNS TABLE (session_id text)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS
$$ UPDATE sessions s SET ended_at = moment FROM providers p
    WHERE p.id = of_provider AND s.provider_id = p.id
      AND s.ended_at IS NULL AND s.expires_at > moment
      AND (vitrine_side() IN ('publisher', 'system')
           OR (vitrine_side() = 'reviewer' AND p.organisation_id = vitrine_organisation()))
   RETURNING s.id $$
"""
_NAME = "end_sessions_through(text, timestamptz)"


def upgrade() -> None:
    """Create the function; let the worker remove rows that have served."""
    bind = op.get_bind()
    bind.exec_driver_sql(_FUNCTION.replace("%", "%%"))
    bind.exec_driver_sql(f"REVOKE ALL ON FUNCTION {_NAME} FROM PUBLIC")
    bind.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {_NAME} TO vitrine_web, vitrine_worker")
    bind.exec_driver_sql("GRANT DELETE ON sessions, invitations TO vitrine_worker")


def downgrade() -> None:
    """Take both back."""
    bind = op.get_bind()
    bind.exec_driver_sql("REVOKE DELETE ON sessions, invitations FROM vitrine_worker")
    bind.exec_driver_sql(f"DROP FUNCTION {_NAME}")
