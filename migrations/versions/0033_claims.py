"""The claims register: order, lineage, evidence, owners by pathway and team; hidden where withheld.

A claim whose passage is withheld from an organisation does not exist for it: the wall looks at the
place of the claim and at the removals of that page. A redaction that stands on each line of the
claim from end to end leaves nothing of it to read. Nor does one that was taken off the register.
"""

from alembic import op

revision = "0033_claims"
down_revision = "0032_own_answers"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE claims ADD COLUMN lineage_id TEXT;
ALTER TABLE claims ADD COLUMN ordinal INTEGER;
ALTER TABLE claims ADD COLUMN section_id TEXT
    CONSTRAINT fk_claims_section_id REFERENCES sections (id);
ALTER TABLE claims ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE claims ADD COLUMN ended_as TEXT;
ALTER TABLE claims ADD COLUMN succeeded_by TEXT
    CONSTRAINT fk_claims_succeeded_by REFERENCES claims (id);
UPDATE claims c SET lineage_id = c.id, ordinal = n.ordinal
  FROM (SELECT id, row_number() OVER (PARTITION BY version_id ORDER BY page, code) AS ordinal
          FROM claims) n WHERE n.id = c.id;
ALTER TABLE claims ALTER COLUMN lineage_id SET NOT NULL;
ALTER TABLE claims ALTER COLUMN ordinal SET NOT NULL;
CREATE INDEX ix_claims_lineage_id ON claims (lineage_id);
CREATE INDEX ix_claims_pathway_id ON claims (pathway_id);
ALTER TABLE claims DROP CONSTRAINT uq_claims_version_id_code;
CREATE UNIQUE INDEX uq_claims_version_id_code ON claims (version_id, code) WHERE ended_at IS NULL;
ALTER TABLE pathways ADD COLUMN lineage_id TEXT;
UPDATE pathways SET lineage_id = id;
ALTER TABLE pathways ALTER COLUMN lineage_id SET NOT NULL;
CREATE INDEX ix_pathways_lineage_id ON pathways (lineage_id);
ALTER TABLE ownerships ADD COLUMN pathway_id TEXT
    CONSTRAINT fk_ownerships_pathway_id REFERENCES pathways (id);
ALTER TABLE ownerships ADD COLUMN team_id TEXT
    CONSTRAINT fk_ownerships_team_id REFERENCES teams (id);
ALTER TABLE ownerships ALTER COLUMN person_id DROP NOT NULL;
ALTER TABLE ownerships ADD CONSTRAINT ck_ownerships_one_owner
    CHECK (num_nonnulls(person_id, team_id) = 1);
ALTER TABLE ownerships ADD CONSTRAINT ck_ownerships_one_part
    CHECK (num_nonnulls(section_id, claim_id, pathway_id) <= 1);
CREATE INDEX ix_ownerships_claim_id ON ownerships (claim_id);
CREATE INDEX ix_findings_claim_id ON findings (claim_id);
"""
_EVIDENCE = """
CREATE TABLE claim_evidence (
    claim_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    linked_by TEXT NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_claim_evidence PRIMARY KEY (claim_id, item_id),
    CONSTRAINT fk_claim_evidence_claim_id FOREIGN KEY (claim_id) REFERENCES claims (id),
    CONSTRAINT fk_claim_evidence_item_id FOREIGN KEY (item_id) REFERENCES evidence_items (id),
    CONSTRAINT fk_claim_evidence_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_claim_evidence_linked_by FOREIGN KEY (linked_by) REFERENCES people (id)
);
CREATE INDEX ix_claim_evidence_item_id ON claim_evidence (item_id);
CREATE INDEX ix_claim_evidence_version_id ON claim_evidence (version_id);
ALTER TABLE claim_evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE claim_evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON claim_evidence TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON claim_evidence TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
GRANT SELECT, INSERT, UPDATE, DELETE ON claim_evidence TO vitrine_web, vitrine_worker;
"""
# How much of a line no removal covers, in points; what lies between two words that are removed one
# by one counts as covered, so that a claim of which nothing can be read is not told by its spaces.
_SHOWS = """
CREATE FUNCTION vitrine_shows(version text, at_page int, place jsonb, lifted text[])
RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT lifted IS NOT NULL AND (jsonb_array_length(place) = 0 OR EXISTS (
     SELECT 1 FROM (SELECT (e->>0)::float8 AS x0, (e->>1)::float8 AS y0,
                           (e->>2)::float8 AS x1, (e->>3)::float8 AS y1
                      FROM jsonb_array_elements(place) AS e) AS line
      WHERE line.x1 - line.x0 - 6 > coalesce((
        SELECT sum(least(gone.x1, line.x1) - greatest(gone.x0, line.x0) + 6)
          FROM (SELECT (e->>0)::float8 AS x0, (e->>1)::float8 AS y0,
                       (e->>2)::float8 AS x1, (e->>3)::float8 AS y1
                  FROM redactions r, jsonb_array_elements(r.rects) AS e
                 WHERE r.version_id = version AND r.page = at_page AND r.state = 'in_force'
                   AND NOT r.categories <@ lifted) AS gone
         WHERE gone.x0 < line.x1 AND line.x0 < gone.x1
           AND gone.y0 <= (line.y0 + line.y1) / 2 AND (line.y0 + line.y1) / 2 <= gone.y1), 0))) $$;
"""
# The statement about an edition must not say that nothing withheld touches the conclusion where a
# claim of it is withheld whole. It is told the removals that stand in such places: an outsider sees
# each of them already, and learns neither the claim nor how many there are.
_RESTS_ON = """
CREATE FUNCTION vitrine_rests_on(version text)
RETURNS TABLE (page int, redaction_id text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public AS
$$ SELECT DISTINCT r.page, r.id
     FROM claims c JOIN redactions r ON r.version_id = c.version_id AND r.page = c.page
    CROSS JOIN LATERAL (SELECT vitrine_lifted(version) AS lifted) AS own
    CROSS JOIN LATERAL jsonb_array_elements(r.rects) AS gone
    CROSS JOIN LATERAL jsonb_array_elements(c.rects) AS line
    WHERE c.version_id = version AND c.load_bearing AND c.ended_at IS NULL
      AND vitrine_side() = 'reviewer' AND own.lifted IS NOT NULL
      AND r.state = 'in_force' AND NOT r.categories <@ own.lifted
      AND NOT vitrine_shows(version, c.page, c.rects, own.lifted)
      AND (gone->>0)::float8 < (line->>2)::float8 AND (line->>0)::float8 < (gone->>2)::float8
      AND (gone->>1)::float8 < (line->>3)::float8 AND (line->>1)::float8 < (gone->>3)::float8 $$;
REVOKE ALL ON FUNCTION vitrine_rests_on(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vitrine_rests_on(text) TO vitrine_web;
"""
_WALLS = """
DROP POLICY seen ON claims;
CREATE POLICY seen ON claims TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR (vitrine_side() = 'reviewer' AND ended_at IS NULL
         AND vitrine_shows(version_id, page, rects, vitrine_lifted(version_id))));
DROP POLICY seen ON pathways;
CREATE POLICY seen ON pathways TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR (vitrine_side() = 'reviewer' AND EXISTS (
           SELECT 1 FROM claims c WHERE c.pathway_id = pathways.id)));
CREATE POLICY seen ON claim_evidence TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR (vitrine_side() = 'reviewer'
         AND EXISTS (SELECT 1 FROM claims c WHERE c.id = claim_evidence.claim_id)
         AND EXISTS (SELECT 1 FROM evidence_items e WHERE e.id = claim_evidence.item_id)))
  WITH CHECK (vitrine_side() = 'publisher');
GRANT DELETE ON ownerships TO vitrine_web, vitrine_worker;
-- Titles of pathways and notes on evidence are about a version and nobody's business in particular:
-- whoever has lifted what their writer had may see them. A note on an item that is closed to
-- somebody is closed with it.
CREATE POLICY parts ON guarded_fields FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND subject_kind IN ('pathway', 'claim')
         AND side = 'publisher' AND shared AND sensitivity <@ vitrine_lifted(version_id)
         AND (EXISTS (SELECT 1 FROM claims c WHERE c.id = guarded_fields.subject_id)
              OR EXISTS (SELECT 1 FROM pathways p WHERE p.id = guarded_fields.subject_id))
         AND (NOT starts_with(field, 'evidence.') OR EXISTS (
                SELECT 1 FROM claim_evidence e WHERE e.claim_id = guarded_fields.subject_id
                   AND 'evidence.' || e.item_id = guarded_fields.field)));
"""
_AS_BEFORE = """
DROP POLICY seen ON claims;
CREATE POLICY seen ON claims TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND vitrine_lifted(version_id) IS NOT NULL));
DROP POLICY seen ON pathways;
CREATE POLICY seen ON pathways TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND vitrine_lifted(version_id) IS NOT NULL));
DROP POLICY parts ON guarded_fields;
DELETE FROM guarded_fields WHERE subject_kind IN ('pathway', 'claim');
REVOKE DELETE ON ownerships FROM vitrine_web, vitrine_worker;
DROP TABLE claim_evidence;
DROP FUNCTION vitrine_rests_on(text);
DROP FUNCTION vitrine_shows(text, int, jsonb, text[]);
DELETE FROM ownerships WHERE person_id IS NULL OR pathway_id IS NOT NULL;
DROP INDEX ix_findings_claim_id;
ALTER TABLE ownerships DROP CONSTRAINT ck_ownerships_one_part,
    DROP CONSTRAINT ck_ownerships_one_owner, DROP COLUMN pathway_id, DROP COLUMN team_id,
    ALTER COLUMN person_id SET NOT NULL;
DROP INDEX ix_ownerships_claim_id;
ALTER TABLE pathways DROP COLUMN lineage_id;
DROP INDEX uq_claims_version_id_code;
UPDATE claims SET code = code || ' (' || id || ')' WHERE ended_at IS NOT NULL;
ALTER TABLE claims ADD CONSTRAINT uq_claims_version_id_code UNIQUE (version_id, code);
DROP INDEX ix_claims_pathway_id;
ALTER TABLE claims DROP COLUMN lineage_id, DROP COLUMN ordinal, DROP COLUMN section_id,
    DROP COLUMN ended_at, DROP COLUMN ended_as, DROP COLUMN succeeded_by;
"""


def upgrade() -> None:
    """Add what the register needs, and hide what is withheld whole."""
    bind = op.get_bind()
    for statements in (_COLUMNS, _EVIDENCE, _SHOWS, _RESTS_ON, _WALLS):
        bind.exec_driver_sql(statements)


def downgrade() -> None:
    """Take it out; owners that are teams or own a pathway are then nobody's."""
    op.get_bind().exec_driver_sql(_AS_BEFORE)
