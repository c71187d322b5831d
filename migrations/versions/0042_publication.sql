ALTER TABLE statements ADD COLUMN sharings TIMESTAMP WITH TIME ZONE[] NOT NULL DEFAULT '{}';
UPDATE statements SET sharings = ARRAY[shared_at] WHERE shared_at IS NOT NULL;
CREATE TABLE statement_verdicts (
    id TEXT NOT NULL,
    statement_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    sharing INTEGER NOT NULL,
    digest TEXT NOT NULL,
    decision TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_statement_verdicts PRIMARY KEY (id),
    CONSTRAINT uq_statement_verdicts_statement_id_number UNIQUE (statement_id, number),
    CONSTRAINT fk_statement_verdicts_statement_id FOREIGN KEY(statement_id) REFERENCES statements (id),
    CONSTRAINT fk_statement_verdicts_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_statement_verdicts_decided_by FOREIGN KEY(decided_by) REFERENCES people (id)
);
CREATE INDEX ix_statement_verdicts_organisation_id ON statement_verdicts (organisation_id);
ALTER TABLE statement_verdicts ENABLE ROW LEVEL SECURITY;
ALTER TABLE statement_verdicts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON statement_verdicts TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON statement_verdicts TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
GRANT SELECT, INSERT ON statement_verdicts TO vitrine_web, vitrine_worker;

-- The publisher gives its word; the organisation reads it, and neither changes it afterwards.
CREATE POLICY seen ON statement_verdicts TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'publisher');
