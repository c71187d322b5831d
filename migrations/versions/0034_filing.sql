-- Drafts of findings, places kept more exactly, and files that go with a finding as its evidence.

ALTER TABLE findings
    ADD COLUMN about TEXT NOT NULL DEFAULT 'passage',
    ADD COLUMN redaction_id TEXT CONSTRAINT fk_findings_redaction_id REFERENCES redactions (id),
    ADD COLUMN word_from INTEGER,
    ADD COLUMN word_to INTEGER,
    ADD COLUMN edition_key TEXT,
    ADD COLUMN context_digest TEXT;
CREATE INDEX ix_findings_place ON findings (organisation_id, version_id, page);

CREATE TABLE finding_drafts (
    id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    claim_id TEXT,
    redaction_id TEXT,
    about TEXT NOT NULL,
    page INTEGER NOT NULL,
    rects JSONB NOT NULL,
    word_from INTEGER,
    word_to INTEGER,
    edition_key TEXT,
    quote_digest TEXT,
    context_digest TEXT,
    finding_class TEXT NOT NULL,
    materiality TEXT NOT NULL,
    as_of DATE,
    source TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revision INTEGER NOT NULL,
    open BOOLEAN NOT NULL,
    people TEXT[] NOT NULL,
    ready_by TEXT,
    ready_at TIMESTAMP WITH TIME ZONE,
    filed_as TEXT,
    filed_at TIMESTAMP WITH TIME ZONE,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_finding_drafts PRIMARY KEY (id),
    CONSTRAINT fk_finding_drafts_organisation_id
        FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_finding_drafts_review_id FOREIGN KEY (review_id) REFERENCES reviews (id),
    CONSTRAINT fk_finding_drafts_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_finding_drafts_claim_id FOREIGN KEY (claim_id) REFERENCES claims (id),
    CONSTRAINT fk_finding_drafts_redaction_id
        FOREIGN KEY (redaction_id) REFERENCES redactions (id),
    CONSTRAINT fk_finding_drafts_written_by FOREIGN KEY (written_by) REFERENCES people (id),
    CONSTRAINT fk_finding_drafts_changed_by FOREIGN KEY (changed_by) REFERENCES people (id),
    CONSTRAINT fk_finding_drafts_ready_by FOREIGN KEY (ready_by) REFERENCES people (id),
    CONSTRAINT fk_finding_drafts_filed_as FOREIGN KEY (filed_as) REFERENCES findings (id)
);
CREATE INDEX ix_finding_drafts_organisation_id ON finding_drafts (organisation_id);
CREATE INDEX ix_finding_drafts_written_by ON finding_drafts (written_by);
CREATE INDEX ix_finding_drafts_version_id_page ON finding_drafts (version_id, page);

-- A draft is its writer's, and of those to whom it was opened. No other side sees one, the
-- publisher and the worker's jobs included: nothing that they do needs one.
ALTER TABLE finding_drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE finding_drafts FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON finding_drafts TO vitrine_owner USING (true) WITH CHECK (true);
CREATE FUNCTION vitrine_leads_here() RETURNS boolean LANGUAGE sql STABLE
SET search_path = public AS
$$ SELECT EXISTS (SELECT 1 FROM memberships m
    WHERE m.person_id = vitrine_person() AND m.organisation_id = vitrine_organisation()
      AND m.state = 'active' AND 'lead' = ANY (m.roles)) $$;
CREATE POLICY seen ON finding_drafts TO vitrine_web, vitrine_worker
  USING ((SELECT vitrine_side()) = 'reviewer' AND organisation_id = (SELECT vitrine_organisation())
         AND (written_by = (SELECT vitrine_person())
              OR (removed_at IS NULL
                  AND (open OR (SELECT vitrine_person()) = ANY (people)
                       OR (ready_at IS NOT NULL AND (SELECT vitrine_leads_here()))))));
GRANT SELECT, INSERT, UPDATE ON finding_drafts TO vitrine_web;
GRANT SELECT ON finding_drafts TO vitrine_worker;

-- The texts of a draft are seen where the draft is; this narrows what the other policies allow.
CREATE POLICY with_its_draft ON guarded_fields AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (subject_kind <> 'finding_draft'
         OR EXISTS (SELECT 1 FROM finding_drafts d WHERE d.id = guarded_fields.subject_id));

-- Files: never opened here, seen where their draft or finding is. The bytes lie in the store.
CREATE TABLE guarded_files (
    id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    sensitivity TEXT[] NOT NULL,
    shared BOOLEAN NOT NULL,
    kind TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    digest TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_guarded_files PRIMARY KEY (id),
    CONSTRAINT fk_guarded_files_organisation_id
        FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_guarded_files_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_guarded_files_added_by FOREIGN KEY (added_by) REFERENCES people (id)
);
CREATE INDEX ix_guarded_files_subject_id ON guarded_files (subject_id);
CREATE INDEX ix_guarded_files_organisation_id ON guarded_files (organisation_id);
ALTER TABLE guarded_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE guarded_files FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON guarded_files TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY seen ON guarded_files TO vitrine_web, vitrine_worker
  USING (((SELECT vitrine_side()) = 'publisher' AND shared)
         OR ((SELECT vitrine_side()) = 'reviewer'
             AND organisation_id = (SELECT vitrine_organisation())));
CREATE POLICY with_its_draft ON guarded_files AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (subject_kind <> 'finding_draft'
         OR EXISTS (SELECT 1 FROM finding_drafts d WHERE d.id = guarded_files.subject_id));
CREATE POLICY sent ON guarded_files AS RESTRICTIVE FOR INSERT TO vitrine_web, vitrine_worker
  WITH CHECK ((SELECT vitrine_side()) = 'reviewer');
CREATE POLICY handed_on ON guarded_files AS RESTRICTIVE FOR UPDATE TO vitrine_web, vitrine_worker
  USING ((SELECT vitrine_side()) = 'reviewer');
GRANT SELECT, INSERT, UPDATE ON guarded_files TO vitrine_web;
GRANT SELECT ON guarded_files TO vitrine_worker;
