CREATE TABLE question_packs (
    id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    written_by TEXT NOT NULL,
    offered BOOLEAN NOT NULL,
    items INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    retired_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_question_packs PRIMARY KEY (id),
    CONSTRAINT fk_question_packs_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_question_packs_written_by FOREIGN KEY(written_by) REFERENCES people (id)
);
CREATE INDEX ix_question_packs_organisation_id ON question_packs (organisation_id);

CREATE TABLE pack_runs (
    id TEXT NOT NULL,
    pack_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_pack_runs PRIMARY KEY (id),
    CONSTRAINT fk_pack_runs_pack_id FOREIGN KEY(pack_id) REFERENCES question_packs (id),
    CONSTRAINT fk_pack_runs_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_pack_runs_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_pack_runs_applied_by FOREIGN KEY(applied_by) REFERENCES people (id)
);
CREATE INDEX ix_pack_runs_pack_id ON pack_runs (pack_id);
CREATE INDEX ix_pack_runs_review_id ON pack_runs (review_id);
CREATE INDEX ix_pack_runs_organisation_id ON pack_runs (organisation_id);

CREATE TABLE pack_asked (
    run_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    about TEXT NOT NULL,
    mark TEXT NOT NULL,
    nth INTEGER NOT NULL,
    CONSTRAINT pk_pack_asked PRIMARY KEY (run_id, place),
    CONSTRAINT uq_pack_asked_review_id_mark_nth UNIQUE (review_id, mark, nth),
    CONSTRAINT uq_pack_asked_request_id UNIQUE (request_id),
    CONSTRAINT fk_pack_asked_run_id FOREIGN KEY(run_id) REFERENCES pack_runs (id),
    CONSTRAINT fk_pack_asked_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_pack_asked_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_pack_asked_request_id FOREIGN KEY(request_id) REFERENCES requests (id)
);
CREATE INDEX ix_pack_asked_organisation_id ON pack_asked (organisation_id);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['question_packs', 'pack_runs', 'pack_asked']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_all ON %I TO vitrine_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO vitrine_web, vitrine_worker', t);
  END LOOP;
END $$;
GRANT UPDATE (written_by, offered, items, changed_at, retired_at) ON question_packs TO vitrine_web, vitrine_worker;

-- A pack is its organisation's own. The publisher's may be offered: then those see it who have, or
-- had, a review. No job sees any: nothing that they do needs one.
CREATE POLICY seen ON question_packs TO vitrine_web, vitrine_worker
  USING (vitrine_side() IN ('publisher', 'reviewer')
         AND (organisation_id = vitrine_organisation()
              OR (vitrine_side() = 'reviewer' AND offered
                  AND EXISTS (SELECT 1 FROM reviews r WHERE r.organisation_id = vitrine_organisation()))))
  WITH CHECK (vitrine_side() IN ('publisher', 'reviewer') AND organisation_id = vitrine_organisation()
              AND (vitrine_side() = 'publisher' OR NOT offered));
CREATE POLICY seen ON pack_runs TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());
CREATE POLICY seen ON pack_asked TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());

-- The words of a pack that is offered are seen where the pack is.
CREATE POLICY offered_packs ON guarded_fields FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND subject_kind = 'pack' AND side = 'publisher' AND shared
         AND EXISTS (SELECT 1 FROM question_packs p WHERE p.id = guarded_fields.subject_id AND p.offered));
