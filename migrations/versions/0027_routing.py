"""Routing rules; parts that follow another request; what is asked, as words to search."""

from alembic import op

revision = "0027_routing"
down_revision = "0026_asking"
branch_labels = None
depends_on = None

_RULES = """
CREATE TABLE routing_rules (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    request_type TEXT,
    basis_kind TEXT,
    page_from INTEGER,
    page_to INTEGER,
    pathway INTEGER,
    topic TEXT,
    words TEXT[] NOT NULL,
    team_id TEXT NOT NULL,
    priority TEXT,
    active BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_routing_rules PRIMARY KEY (id),
    CONSTRAINT fk_routing_rules_team_id FOREIGN KEY (team_id) REFERENCES teams (id),
    CONSTRAINT fk_routing_rules_created_by FOREIGN KEY (created_by) REFERENCES people (id)
);
ALTER TABLE routing_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_rules FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON routing_rules TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON routing_rules TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON routing_rules TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher');
GRANT SELECT, INSERT, UPDATE ON routing_rules TO vitrine_web, vitrine_worker;
"""
_FOLLOWING = """
ALTER TABLE assignments ADD COLUMN follows_id TEXT
    CONSTRAINT fk_assignments_follows_id REFERENCES requests (id);
CREATE INDEX ix_assignments_follows_id ON assignments (follows_id);
"""
# Behind a wall PostgreSQL asks the wall first and an index of words never: it cannot know that a
# search for words tells nothing. So the search is one function of the owner's, which gives ids to
# the publisher alone, of texts that its side may see; the texts themselves stay behind the wall.
# A word that very many ask with tells little and costs much: only the rarer ones find, and what
# they find is compared by all words.
_SEARCH = r"""
CREATE FUNCTION vitrine_similar(said text, but_not text, most int)
RETURNS TABLE (field_id text, likeness real) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public SET enable_seqscan = off AS
$$
DECLARE
    asked text[] := (tsvector_to_array(to_tsvector('english', left(said, 20000))))[1:80];
    often constant int := 1500;
    few constant int := 12;
    sought tsquery; total int := 0; word record;
BEGIN
    IF vitrine_side() IS DISTINCT FROM 'publisher' OR cardinality(asked) = 0 THEN
        RETURN;
    END IF;
    FOR word IN
        SELECT l.term, c.uses FROM (
            SELECT ('''' || replace(replace(w, '\', '\\'), '''', '''''') || '''')::tsquery AS term
              FROM unnest(asked) AS w) l
        CROSS JOIN LATERAL (SELECT count(*)::int AS uses FROM (
            SELECT 1 FROM guarded_fields g WHERE g.words @@ l.term LIMIT often + 1) AS hit) c
        WHERE c.uses BETWEEN 1 AND often ORDER BY c.uses, l.term::text LIMIT few
    LOOP
        total := total + word.uses;
        EXIT WHEN total > 2 * often AND sought IS NOT NULL;
        sought := CASE WHEN sought IS NULL THEN word.term ELSE sought || word.term END;
    END LOOP;
    IF sought IS NULL THEN
        sought := plainto_tsquery('english', left(said, 20000));
    END IF;
    RETURN QUERY
        SELECT g.id, (2.0 * (SELECT count(*) FROM unnest(tsvector_to_array(g.words)) AS w
                              WHERE w = ANY (asked))
                      / (cardinality(asked) + length(g.words)))::real AS alike
          FROM guarded_fields g
         WHERE g.words @@ sought AND g.subject_id <> but_not
           AND g.field IN ('question', 'reworded') AND (g.side = 'publisher' OR g.shared)
         ORDER BY alike DESC, g.id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION vitrine_similar(text, text, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vitrine_similar(text, text, int) TO vitrine_web;
"""


def upgrade() -> None:
    """Add the rules, what follows what, and the search."""
    bind = op.get_bind()
    for statements in (_RULES, _FOLLOWING, _SEARCH):
        bind.exec_driver_sql(statements)


def downgrade() -> None:
    """Take all three out; a part that follows another is an unheld one again."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP FUNCTION vitrine_similar(text, text, int)")
    bind.exec_driver_sql("ALTER TABLE assignments DROP COLUMN follows_id")
    bind.exec_driver_sql("DROP TABLE routing_rules")
