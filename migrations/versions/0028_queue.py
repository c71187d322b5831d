"""Long lists of requests: what is said is looked up, and walls ask once who acts."""

from alembic import op

revision = "0028_queue"
down_revision = "0027_routing"
branch_labels = None
depends_on = None

# Common words are found by going through the newest texts.
_NEWEST = """
CREATE INDEX ix_guarded_fields_newest ON guarded_fields (written_at DESC, id)
    WHERE subject_kind = 'request';
"""
_INDEXES = """
CREATE INDEX ix_requests_state ON requests (state, due_on) INCLUDE (organisation_id);
CREATE INDEX ix_requests_submitted_at ON requests (submitted_at, id);
"""
# Row-level security keeps a search index from being used: the operator that matches words is not
# proven to leak nothing. So the words are looked up here, within the same wall as the table's, and
# what comes back are ids, which are then read through the table's own wall like any others.
# Rare words are found by their index, common ones by going through the newest texts.
_FIND = """
CREATE FUNCTION vitrine_find_texts(wanted tsquery, most integer)
RETURNS TABLE (field_id text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public SET plan_cache_mode = force_custom_plan AS
$$ SELECT g.id FROM guarded_fields g
    WHERE (SELECT vitrine_side()) = 'publisher' AND (g.side = 'publisher' OR g.shared)
      AND g.subject_kind = 'request' AND g.words @@ wanted
    ORDER BY g.written_at DESC, g.id LIMIT most $$;
REVOKE EXECUTE ON FUNCTION vitrine_find_texts(tsquery, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vitrine_find_texts(tsquery, integer) TO vitrine_web;
"""
# Who acts is the same for every row of a statement: as a subselect it is asked once, not each time.
_HOIST = """
DO $$
DECLARE p record;
BEGIN
  FOR p IN SELECT tablename, policyname, qual, with_check FROM pg_policies
            WHERE schemaname = 'public' AND policyname = 'seen'
              AND tablename IN ('requests', 'assignments', 'answers', 'stages', 'guarded_fields',
                                'organisations', 'people')
  LOOP
    EXECUTE format('ALTER POLICY seen ON %%I USING (%%s)', p.tablename,
                   regexp_replace(p.qual, '{before}', '{after}', 'g'));
    IF p.with_check IS NOT NULL THEN
      EXECUTE format('ALTER POLICY seen ON %%I WITH CHECK (%%s)', p.tablename,
                     regexp_replace(p.with_check, '{before}', '{after}', 'g'));
    END IF;
  END LOOP;
END $$;
"""
_WHO = "vitrine_(side|organisation|person)"


def _hoist(before: str, after: str) -> str:
    return _HOIST.replace("{before}", before).replace("{after}", after)


def upgrade() -> None:
    """Add the searched words, the indexes, and walls that ask once."""
    bind = op.get_bind()
    for statements in (_NEWEST, _INDEXES, _FIND, _hoist(rf"{_WHO}\(\)", r"(SELECT vitrine_\1())")):
        bind.exec_driver_sql(statements)


def downgrade() -> None:
    """Take all of it out."""
    bind = op.get_bind()
    bind.exec_driver_sql(_hoist(rf"\( *SELECT {_WHO}\(\) AS {_WHO}\)", r"vitrine_\1()"))
    bind.exec_driver_sql("DROP FUNCTION vitrine_find_texts(tsquery, integer)")
    bind.exec_driver_sql("DROP INDEX ix_requests_state, ix_requests_submitted_at")
    bind.exec_driver_sql("DROP INDEX ix_guarded_fields_newest")
