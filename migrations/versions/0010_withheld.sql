CREATE TABLE assessments (
    id TEXT NOT NULL,
    redaction_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    categories TEXT[] NOT NULL,
    character TEXT NOT NULL,
    scope TEXT NOT NULL,
    reason TEXT NOT NULL,
    balance TEXT NOT NULL,
    materiality TEXT NOT NULL,
    state TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    shared_by TEXT,
    shared_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_assessments PRIMARY KEY (id),
    CONSTRAINT uq_assessments_redaction_id_organisation_id UNIQUE (redaction_id, organisation_id),
    CONSTRAINT fk_assessments_redaction_id FOREIGN KEY(redaction_id) REFERENCES redactions (id),
    CONSTRAINT fk_assessments_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_assessments_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_assessments_written_by FOREIGN KEY(written_by) REFERENCES people (id),
    CONSTRAINT fk_assessments_shared_by FOREIGN KEY(shared_by) REFERENCES people (id)
);
CREATE INDEX ix_assessments_redaction_id ON assessments (redaction_id);
CREATE INDEX ix_assessments_version_id ON assessments (version_id);
CREATE INDEX ix_assessments_organisation_id ON assessments (organisation_id);

CREATE TABLE challenges (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    alias TEXT NOT NULL,
    redaction_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    categories TEXT[] NOT NULL,
    character TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE NOT NULL,
    raised_by TEXT NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    narrowed_rects JSONB,
    narrowed_words INTEGER,
    narrowed_by TEXT,
    replacement_id TEXT,
    CONSTRAINT pk_challenges PRIMARY KEY (id),
    CONSTRAINT uq_challenges_organisation_id_number UNIQUE (organisation_id, number),
    CONSTRAINT fk_challenges_redaction_id FOREIGN KEY(redaction_id) REFERENCES redactions (id),
    CONSTRAINT fk_challenges_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_challenges_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_challenges_raised_by FOREIGN KEY(raised_by) REFERENCES people (id),
    CONSTRAINT fk_challenges_decided_by FOREIGN KEY(decided_by) REFERENCES people (id),
    CONSTRAINT fk_challenges_narrowed_by FOREIGN KEY(narrowed_by) REFERENCES people (id),
    CONSTRAINT fk_challenges_replacement_id FOREIGN KEY(replacement_id) REFERENCES redactions (id)
);
CREATE UNIQUE INDEX uq_challenges_open ON challenges (redaction_id, organisation_id)
  WHERE state IN ('open', 'narrowing');
CREATE INDEX ix_challenges_redaction_id ON challenges (redaction_id);
CREATE INDEX ix_challenges_version_id ON challenges (version_id);
CREATE INDEX ix_challenges_organisation_id ON challenges (organisation_id);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['assessments', 'challenges']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_all ON %I TO vitrine_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO vitrine_worker USING (vitrine_side() = ''system'') WITH CHECK (vitrine_side() = ''system'')', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO vitrine_web, vitrine_worker', t);
  END LOOP;
END $$;

-- A draft is the organisation's own; the publisher sees what was shared with it, and changes nothing of it.
CREATE POLICY seen ON assessments TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND state = 'shared')
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());
CREATE POLICY seen ON challenges TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()));
