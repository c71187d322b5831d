"""How far each edition is, for people of the publisher who are not entitled to read it."""

from alembic import op

revision = "0004_edition_states"
down_revision = "0003_jobs"
branch_labels = None
depends_on = None

# States and counts only: neither words nor places of an edition, nor what its checker quoted.
_FUNCTION = """
CREATE FUNCTION vitrine_edition_states(of_version text)
RETURNS TABLE (key text, withheld text[], state text, pages_ready int, faults int,
               fault_pages int[], created_at timestamptz, ready_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT e.key, e.withheld_redactions, e.state, e.pages_ready,
          coalesce(jsonb_array_length(e.check_result -> 'findings'), 0),
          ARRAY(SELECT DISTINCT (f ->> 'page')::int
                  FROM jsonb_array_elements(e.check_result -> 'findings') AS f
                 WHERE (f ->> 'page')::int > 0 ORDER BY 1),
          e.created_at, e.ready_at
     FROM editions e
    WHERE e.version_id = of_version AND vitrine_side() = 'publisher'
    ORDER BY e.created_at, e.key $$
"""


def upgrade() -> None:
    """Create the function that the version's page, the review's page and the ledger ask."""
    op.get_bind().exec_driver_sql(_FUNCTION.replace("%", "%%"))


def downgrade() -> None:
    """Drop it."""
    op.get_bind().exec_driver_sql("DROP FUNCTION vitrine_edition_states(text)")
