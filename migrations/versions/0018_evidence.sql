CREATE TABLE evidence_items (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    source_digest TEXT NOT NULL,
    source_bytes INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    state TEXT NOT NULL,
    failure TEXT,
    imported_by TEXT NOT NULL,
    imported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_evidence_items PRIMARY KEY (id),
    CONSTRAINT uq_evidence_items_version_id_code UNIQUE (version_id, code),
    CONSTRAINT fk_evidence_items_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_evidence_items_imported_by FOREIGN KEY(imported_by) REFERENCES people (id)
);
CREATE INDEX ix_evidence_items_version_id ON evidence_items (version_id);

CREATE TABLE evidence_marks (
    redaction_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    line_from INTEGER NOT NULL,
    line_to INTEGER NOT NULL,
    field INTEGER,
    char_from INTEGER,
    char_to INTEGER,
    CONSTRAINT pk_evidence_marks PRIMARY KEY (redaction_id),
    CONSTRAINT fk_evidence_marks_redaction_id FOREIGN KEY(redaction_id) REFERENCES redactions (id),
    CONSTRAINT fk_evidence_marks_item_id FOREIGN KEY(item_id) REFERENCES evidence_items (id),
    CONSTRAINT fk_evidence_marks_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE INDEX ix_evidence_marks_item_id ON evidence_marks (item_id);
CREATE INDEX ix_evidence_marks_version_id ON evidence_marks (version_id);

CREATE TABLE source_evidence (
    item_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    version_id TEXT NOT NULL,
    lines BYTEA NOT NULL,
    CONSTRAINT pk_source_evidence PRIMARY KEY (item_id, part),
    CONSTRAINT fk_source_evidence_item_id FOREIGN KEY(item_id) REFERENCES evidence_items (id),
    CONSTRAINT fk_source_evidence_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE INDEX ix_source_evidence_version_id ON source_evidence (version_id);

CREATE TABLE edition_evidence (
    edition_id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    part INTEGER NOT NULL,
    version_id TEXT NOT NULL,
    lines BYTEA NOT NULL,
    CONSTRAINT pk_edition_evidence PRIMARY KEY (edition_id, item_id, part),
    CONSTRAINT fk_edition_evidence_edition_id FOREIGN KEY(edition_id) REFERENCES editions (id),
    CONSTRAINT fk_edition_evidence_item_id FOREIGN KEY(item_id) REFERENCES evidence_items (id),
    CONSTRAINT fk_edition_evidence_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE INDEX ix_edition_evidence_version_id ON edition_evidence (version_id);

-- A place never changes in its row: neither role may update this column.
ALTER TABLE redactions ADD COLUMN evidence TEXT;
ALTER TABLE editions ADD COLUMN evidence TEXT[] NOT NULL DEFAULT '{}';

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['evidence_items', 'evidence_marks', 'source_evidence', 'edition_evidence']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_all ON %I TO vitrine_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO vitrine_worker USING (vitrine_side() = ''system'') WITH CHECK (vitrine_side() = ''system'')', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO vitrine_worker', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT ON evidence_items, evidence_marks TO vitrine_web;
GRANT UPDATE (state) ON evidence_items TO vitrine_web;
GRANT UPDATE ON evidence_items TO vitrine_worker;
GRANT SELECT ON edition_evidence TO vitrine_web;
GRANT DELETE ON source_evidence, edition_evidence TO vitrine_worker;

CREATE POLICY seen ON evidence_items TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND state = 'ready' AND vitrine_lifted(version_id) IS NOT NULL))
  WITH CHECK (vitrine_side() = 'publisher');
CREATE POLICY seen ON evidence_marks TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher');
CREATE POLICY seen ON edition_evidence FOR SELECT TO vitrine_web, vitrine_worker
  USING (EXISTS (SELECT 1 FROM editions e WHERE e.id = edition_evidence.edition_id));
