CREATE TABLE statements (
    id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    open_to TEXT[] NOT NULL,
    shared_at TIMESTAMP WITH TIME ZONE,
    window_opens_at TIMESTAMP WITH TIME ZONE,
    window_closes_at TIMESTAMP WITH TIME ZONE,
    digest TEXT,
    narrowed BOOLEAN NOT NULL,
    file_kind TEXT,
    file_digest TEXT,
    file_bytes INTEGER,
    released_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_statements PRIMARY KEY (id),
    CONSTRAINT fk_statements_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_statements_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_statements_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE INDEX ix_statements_organisation_id ON statements (organisation_id);
CREATE INDEX ix_statements_review_id ON statements (review_id);
CREATE INDEX ix_statements_version_id ON statements (version_id);
CREATE UNIQUE INDEX uq_statements_live ON statements (review_id) WHERE state IN ('draft', 'shared');
CREATE TABLE statement_drafts (
    statement_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    started_by TEXT NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    digest TEXT,
    sealed_at TIMESTAMP WITH TIME ZONE,
    file_kind TEXT,
    file_digest TEXT,
    file_bytes INTEGER,
    CONSTRAINT pk_statement_drafts PRIMARY KEY (statement_id),
    CONSTRAINT fk_statement_drafts_statement_id FOREIGN KEY(statement_id) REFERENCES statements (id),
    CONSTRAINT fk_statement_drafts_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_statement_drafts_started_by FOREIGN KEY(started_by) REFERENCES people (id)
);
CREATE INDEX ix_statement_drafts_organisation_id ON statement_drafts (organisation_id);
CREATE TABLE statement_sections (
    statement_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    points_to JSONB NOT NULL,
    words INTEGER NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_statement_sections PRIMARY KEY (statement_id, topic),
    CONSTRAINT fk_statement_sections_statement_id FOREIGN KEY(statement_id) REFERENCES statements (id),
    CONSTRAINT fk_statement_sections_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_statement_sections_written_by FOREIGN KEY(written_by) REFERENCES people (id)
);
CREATE INDEX ix_statement_sections_organisation_id ON statement_sections (organisation_id);
CREATE TABLE statement_comments (
    id TEXT NOT NULL,
    statement_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    category TEXT,
    topic TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decision TEXT,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_statement_comments PRIMARY KEY (id),
    CONSTRAINT uq_statement_comments_statement_id_number UNIQUE (statement_id, number),
    CONSTRAINT fk_statement_comments_statement_id FOREIGN KEY(statement_id) REFERENCES statements (id),
    CONSTRAINT fk_statement_comments_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_statement_comments_made_by FOREIGN KEY(made_by) REFERENCES people (id),
    CONSTRAINT fk_statement_comments_decided_by FOREIGN KEY(decided_by) REFERENCES people (id)
);
CREATE INDEX ix_statement_comments_organisation_id ON statement_comments (organisation_id);
ALTER TABLE reviews ADD COLUMN publication_right TEXT NOT NULL DEFAULT 'none';
ALTER TABLE reviews ADD COLUMN payment TEXT NOT NULL DEFAULT 'unrecorded';

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['statements', 'statement_drafts', 'statement_sections', 'statement_comments']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_all ON %I TO vitrine_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO vitrine_worker USING (vitrine_side() = ''system'') WITH CHECK (vitrine_side() = ''system'')', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO vitrine_web, vitrine_worker', t);
  END LOOP;
END $$;

-- A draft is the organisation's own: the publisher sees the row from its sharing or release on.
CREATE POLICY seen ON statements TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND (shared_at IS NOT NULL OR released_at IS NOT NULL))
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());

-- Who writes what, and when, is the organisation's own for good.
CREATE POLICY seen ON statement_drafts TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation())
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());
CREATE POLICY seen ON statement_sections TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation())
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());

-- A comment is of both sides: the publisher makes it, the organisation decides it.
CREATE POLICY seen ON statement_comments TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()));
