CREATE TABLE assurances (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    request_id TEXT,
    supersedes_id TEXT,
    state TEXT NOT NULL,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    as_of DATE,
    publishable BOOLEAN NOT NULL,
    signatory_name TEXT,
    digest TEXT,
    released_at TIMESTAMP WITH TIME ZONE,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    withdrawn_why TEXT,
    CONSTRAINT pk_assurances PRIMARY KEY (id),
    CONSTRAINT uq_assurances_organisation_id_number UNIQUE (organisation_id, number),
    CONSTRAINT fk_assurances_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_assurances_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_assurances_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_assurances_request_id FOREIGN KEY(request_id) REFERENCES requests (id),
    CONSTRAINT fk_assurances_supersedes_id FOREIGN KEY(supersedes_id) REFERENCES assurances (id)
);
CREATE INDEX ix_assurances_organisation_id ON assurances (organisation_id);
CREATE INDEX ix_assurances_request_id ON assurances (request_id);
CREATE INDEX ix_assurances_review_id ON assurances (review_id);
CREATE INDEX ix_assurances_version_id ON assurances (version_id);
CREATE TABLE assurance_drafts (
    assurance_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    template TEXT,
    outcome TEXT,
    as_of DATE,
    publishable BOOLEAN NOT NULL,
    signatory_id TEXT,
    drafted_by TEXT,
    drafted_at TIMESTAMP WITH TIME ZONE,
    digest TEXT,
    released_by TEXT,
    CONSTRAINT pk_assurance_drafts PRIMARY KEY (assurance_id),
    CONSTRAINT fk_assurance_drafts_assurance_id FOREIGN KEY(assurance_id) REFERENCES assurances (id),
    CONSTRAINT fk_assurance_drafts_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_assurance_drafts_asked_by FOREIGN KEY(asked_by) REFERENCES people (id),
    CONSTRAINT fk_assurance_drafts_signatory_id FOREIGN KEY(signatory_id) REFERENCES people (id),
    CONSTRAINT fk_assurance_drafts_drafted_by FOREIGN KEY(drafted_by) REFERENCES people (id),
    CONSTRAINT fk_assurance_drafts_released_by FOREIGN KEY(released_by) REFERENCES people (id)
);
CREATE TABLE assurance_templates (
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    scope TEXT NOT NULL,
    retired BOOLEAN NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_assurance_templates PRIMARY KEY (code),
    CONSTRAINT fk_assurance_templates_changed_by FOREIGN KEY(changed_by) REFERENCES people (id)
);
CREATE TABLE signing_keys (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    public_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    credential_id TEXT,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_signing_keys PRIMARY KEY (id),
    CONSTRAINT fk_signing_keys_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE INDEX ix_signing_keys_person_id ON signing_keys (person_id);
CREATE TABLE signatures (
    id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    side TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    digest TEXT NOT NULL,
    form TEXT NOT NULL,
    signature TEXT NOT NULL,
    public_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    signer_name TEXT NOT NULL,
    signed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_signatures PRIMARY KEY (id),
    CONSTRAINT fk_signatures_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_signatures_signed_by FOREIGN KEY(signed_by) REFERENCES people (id)
);
CREATE INDEX ix_signatures_organisation_id ON signatures (organisation_id);
CREATE INDEX ix_signatures_subject ON signatures (subject_kind, subject_id);
CREATE TABLE positions (
    id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    claim_id TEXT,
    claim_code TEXT NOT NULL,
    basis TEXT NOT NULL,
    stance TEXT NOT NULL,
    confidence TEXT NOT NULL,
    rests_on JSONB NOT NULL,
    current BOOLEAN NOT NULL,
    has_reasons BOOLEAN NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_positions PRIMARY KEY (id),
    CONSTRAINT fk_positions_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_positions_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_positions_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_positions_claim_id FOREIGN KEY(claim_id) REFERENCES claims (id),
    CONSTRAINT fk_positions_written_by FOREIGN KEY(written_by) REFERENCES people (id)
);
CREATE INDEX ix_positions_organisation_id ON positions (organisation_id);
CREATE INDEX ix_positions_version_id ON positions (version_id);
CREATE UNIQUE INDEX uq_positions_current ON positions (review_id, version_id, claim_id, basis) NULLS NOT DISTINCT WHERE current;
CREATE TABLE position_releases (
    id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    withdraws BOOLEAN NOT NULL,
    latest BOOLEAN NOT NULL,
    released_by TEXT NOT NULL,
    released_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_position_releases PRIMARY KEY (id),
    CONSTRAINT fk_position_releases_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_position_releases_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_position_releases_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_position_releases_released_by FOREIGN KEY(released_by) REFERENCES people (id)
);
CREATE INDEX ix_position_releases_organisation_id ON position_releases (organisation_id);
CREATE INDEX ix_position_releases_review_id ON position_releases (review_id);
CREATE UNIQUE INDEX uq_position_releases_latest ON position_releases (version_id, review_id) WHERE latest;
CREATE TABLE released_positions (
    id TEXT NOT NULL,
    release_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    claim_id TEXT,
    claim_code TEXT NOT NULL,
    basis TEXT NOT NULL,
    stance TEXT NOT NULL,
    confidence TEXT NOT NULL,
    rests_on JSONB NOT NULL,
    has_reasons BOOLEAN NOT NULL,
    CONSTRAINT pk_released_positions PRIMARY KEY (id),
    CONSTRAINT fk_released_positions_release_id FOREIGN KEY(release_id) REFERENCES position_releases (id),
    CONSTRAINT fk_released_positions_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_released_positions_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_released_positions_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_released_positions_claim_id FOREIGN KEY(claim_id) REFERENCES claims (id)
);
CREATE INDEX ix_released_positions_organisation_id ON released_positions (organisation_id);
CREATE INDEX ix_released_positions_release_id ON released_positions (release_id);
CREATE INDEX ix_released_positions_version_id ON released_positions (version_id);
CREATE TABLE recommendations (
    id TEXT NOT NULL,
    number TEXT,
    alias TEXT,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    urgency TEXT NOT NULL,
    claim_ids TEXT[] NOT NULL,
    pathway_ids TEXT[] NOT NULL,
    state TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE,
    carried_from TEXT,
    CONSTRAINT pk_recommendations PRIMARY KEY (id),
    CONSTRAINT uq_recommendations_organisation_id_number UNIQUE (organisation_id, number),
    CONSTRAINT fk_recommendations_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_recommendations_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_recommendations_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_recommendations_written_by FOREIGN KEY(written_by) REFERENCES people (id),
    CONSTRAINT fk_recommendations_carried_from FOREIGN KEY(carried_from) REFERENCES recommendations (id)
);
CREATE INDEX ix_recommendations_organisation_id ON recommendations (organisation_id);
CREATE INDEX ix_recommendations_review_id ON recommendations (review_id);
CREATE INDEX ix_recommendations_version_id ON recommendations (version_id);
CREATE TABLE recommendation_responses (
    id TEXT NOT NULL,
    recommendation_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    response TEXT NOT NULL,
    planned_by DATE,
    given_by TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_recommendation_responses PRIMARY KEY (id),
    CONSTRAINT fk_recommendation_responses_recommendation_id FOREIGN KEY(recommendation_id) REFERENCES recommendations (id),
    CONSTRAINT fk_recommendation_responses_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_recommendation_responses_given_by FOREIGN KEY(given_by) REFERENCES people (id)
);
CREATE INDEX ix_recommendation_responses_organisation_id ON recommendation_responses (organisation_id);
CREATE INDEX ix_recommendation_responses_recommendation_id ON recommendation_responses (recommendation_id);
CREATE TABLE recommendation_adoptions (
    id TEXT NOT NULL,
    recommendation_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    side TEXT NOT NULL,
    standing TEXT NOT NULL,
    said_by TEXT NOT NULL,
    said_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_recommendation_adoptions PRIMARY KEY (id),
    CONSTRAINT fk_recommendation_adoptions_recommendation_id FOREIGN KEY(recommendation_id) REFERENCES recommendations (id),
    CONSTRAINT fk_recommendation_adoptions_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_recommendation_adoptions_said_by FOREIGN KEY(said_by) REFERENCES people (id)
);
CREATE INDEX ix_recommendation_adoptions_organisation_id ON recommendation_adoptions (organisation_id);
CREATE INDEX ix_recommendation_adoptions_recommendation_id ON recommendation_adoptions (recommendation_id);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['assurances', 'assurance_drafts', 'assurance_templates', 'signing_keys', 'signatures', 'positions', 'position_releases', 'released_positions', 'recommendations', 'recommendation_responses', 'recommendation_adoptions']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_all ON %I TO vitrine_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO vitrine_worker USING (vitrine_side() = ''system'') WITH CHECK (vitrine_side() = ''system'')', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO vitrine_web, vitrine_worker', t);
  END LOOP;
END $$;

-- An organisation reads its own, unless its request is kept from the person; the publisher writes.
CREATE POLICY seen ON assurances TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
             AND (request_id IS NULL OR EXISTS (SELECT 1 FROM requests r WHERE r.id = assurances.request_id))))
  WITH CHECK (vitrine_side() = 'publisher');
CREATE POLICY seen ON assurance_drafts TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher') WITH CHECK (vitrine_side() = 'publisher');
CREATE POLICY seen ON assurance_templates TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher') WITH CHECK (vitrine_side() = 'publisher');

-- Keys are a person's own. What was signed carries the public key with it.
CREATE POLICY seen ON signing_keys TO vitrine_web, vitrine_worker
  USING (vitrine_side() IN ('publisher', 'reviewer') AND person_id = vitrine_person())
  WITH CHECK (vitrine_side() IN ('publisher', 'reviewer') AND person_id = vitrine_person());
CREATE POLICY seen ON signatures TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND (side = 'publisher' OR shared))
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
             AND (side = 'reviewer' OR shared)))
  WITH CHECK ((vitrine_side() = 'publisher' AND side = 'publisher')
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation() AND side = 'reviewer'));

-- A worksheet is the organisation's own for good: no publisher ever, released or not.
CREATE POLICY seen ON positions TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation())
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());
CREATE POLICY seen ON position_releases TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());
CREATE POLICY seen ON released_positions TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());

-- The publisher sees what was filed, and changes nothing of it.
CREATE POLICY seen ON recommendations TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND filed_at IS NOT NULL)
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation());
CREATE POLICY seen ON recommendation_responses TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (vitrine_side() = 'publisher');
CREATE POLICY seen ON recommendation_adoptions TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()))
  WITH CHECK (side = vitrine_side()
         AND (vitrine_side() = 'publisher'
              OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation())));

-- A claim that left the register stays beside what an organisation wrote of it, and nowhere else.
CREATE POLICY kept ON claims FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND ended_at IS NOT NULL
         AND (EXISTS (SELECT 1 FROM findings f WHERE f.claim_id = claims.id)
              OR EXISTS (SELECT 1 FROM finding_drafts d WHERE d.claim_id = claims.id)
              OR EXISTS (SELECT 1 FROM requests r WHERE r.basis_kind = 'claim' AND r.basis_id = claims.id)
              OR EXISTS (SELECT 1 FROM positions p WHERE p.claim_id = claims.id)
              OR EXISTS (SELECT 1 FROM released_positions p WHERE p.claim_id = claims.id)
              OR EXISTS (SELECT 1 FROM recommendations r WHERE claims.id = ANY (r.claim_ids)))
         AND vitrine_shows(version_id, page, rects, vitrine_lifted(version_id)));
