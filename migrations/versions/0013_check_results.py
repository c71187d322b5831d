"""What the leak check did for each edition, for people of the publisher who do not read it."""

from alembic import op

revision = "0013_check_results"
down_revision = "0012_readings"
branch_labels = None
depends_on = None

# Names of checks and counts only: neither words nor places of an edition, nor what was found.
_BEFORE = """
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
_AFTER = _BEFORE.replace(
    "created_at timestamptz, ready_at timestamptz)",
    "created_at timestamptz, ready_at timestamptz,\n"
    "               checker text, checks text[], failed text[], secrets int)",
).replace(
    "e.created_at, e.ready_at\n",
    """e.created_at, e.ready_at,
          coalesce(e.check_result ->> 'checker', ''),
          ARRAY(SELECT jsonb_array_elements_text(e.check_result -> 'checks')),
          ARRAY(SELECT DISTINCT f ->> 'check'
                  FROM jsonb_array_elements(e.check_result -> 'findings') AS f ORDER BY 1),
          coalesce((e.check_result ->> 'secrets')::int, 0)
""",
)
_ASIDE = """
CREATE FUNCTION vitrine_editions_aside() RETURNS TABLE (version_id text, editions bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT e.version_id, count(*)
     FROM editions e JOIN versions v ON v.id = e.version_id
    WHERE e.state = 'quarantined' AND v.state IN ('working', 'published')
      AND vitrine_side() = 'publisher'
    GROUP BY e.version_id ORDER BY e.version_id $$
"""


def _run(*statements: str) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))


def upgrade() -> None:
    """Let the function say more, and add one that counts what was put aside."""
    _run("DROP FUNCTION vitrine_edition_states(text)", _AFTER, _ASIDE)


def downgrade() -> None:
    """Put the shorter one back."""
    _run("DROP FUNCTION vitrine_editions_aside()")
    _run("DROP FUNCTION vitrine_edition_states(text)", _BEFORE)
