-- The tables of the house. Walls (row-level security) are in 0001_house_walls.sql.

CREATE TABLE guarded_fields (
    id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    field TEXT NOT NULL,
    body TEXT NOT NULL,
    version_id TEXT,
    sensitivity TEXT[] NOT NULL,
    organisation_id TEXT,
    side TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_guarded_fields PRIMARY KEY (id),
    CONSTRAINT uq_guarded_fields_subject_id_field UNIQUE (subject_id, field)
);

CREATE INDEX ix_guarded_fields_organisation_id ON guarded_fields (organisation_id);

CREATE INDEX ix_guarded_fields_subject_id ON guarded_fields (subject_id);

CREATE TABLE organisations (
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    names_itself_to_authors BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_organisations PRIMARY KEY (id),
    CONSTRAINT uq_organisations_code UNIQUE (code)
);

CREATE TABLE people (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_people PRIMARY KEY (id)
);

CREATE TABLE stages (
    id TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    name TEXT NOT NULL,
    stage TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    side TEXT NOT NULL,
    person_id TEXT NOT NULL,
    organisation_id TEXT,
    facts JSONB NOT NULL,
    CONSTRAINT pk_stages PRIMARY KEY (id)
);

CREATE INDEX ix_stages_subject ON stages (subject_id, at);

CREATE TABLE terms (
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_terms PRIMARY KEY (id),
    CONSTRAINT uq_terms_digest UNIQUE (digest)
);

CREATE TABLE counters (
    organisation_id TEXT NOT NULL,
    series TEXT NOT NULL,
    next INTEGER NOT NULL,
    CONSTRAINT pk_counters PRIMARY KEY (organisation_id, series),
    CONSTRAINT fk_counters_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);

CREATE TABLE identities (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_identities PRIMARY KEY (id),
    CONSTRAINT uq_identities_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT fk_identities_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_identities_person_id ON identities (person_id);

CREATE TABLE invitations (
    id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    roles TEXT[] NOT NULL,
    token_hash BYTEA NOT NULL,
    invited_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    person_id TEXT,
    CONSTRAINT pk_invitations PRIMARY KEY (id),
    CONSTRAINT fk_invitations_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT uq_invitations_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_invitations_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_invitations_organisation_id ON invitations (organisation_id);

CREATE TABLE memberships (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    roles TEXT[] NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_memberships PRIMARY KEY (id),
    CONSTRAINT uq_memberships_person_id_organisation_id UNIQUE (person_id, organisation_id),
    CONSTRAINT fk_memberships_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_memberships_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id)
);

CREATE INDEX ix_memberships_organisation_id ON memberships (organisation_id);

CREATE INDEX ix_memberships_person_id ON memberships (person_id);

CREATE TABLE providers (
    id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    entry TEXT NOT NULL,
    issuer TEXT NOT NULL,
    discovery_url TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret BYTEA NOT NULL,
    state TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_providers PRIMARY KEY (id),
    CONSTRAINT uq_providers_issuer_organisation_id UNIQUE (issuer, organisation_id),
    CONSTRAINT fk_providers_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT uq_providers_entry UNIQUE (entry)
);

CREATE INDEX ix_providers_organisation_id ON providers (organisation_id);

CREATE TABLE reports (
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reports PRIMARY KEY (id),
    CONSTRAINT fk_reports_owner_id FOREIGN KEY(owner_id) REFERENCES people (id)
);

CREATE TABLE sessions (
    id TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    person_id TEXT NOT NULL,
    membership_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    csrf_secret TEXT NOT NULL,
    provider_session TEXT,
    id_token BYTEA,
    acr TEXT,
    amr TEXT[] NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sessions PRIMARY KEY (id),
    CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_sessions_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_sessions_membership_id FOREIGN KEY(membership_id) REFERENCES memberships (id),
    CONSTRAINT fk_sessions_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id)
);

CREATE INDEX ix_sessions_person_id ON sessions (person_id);

CREATE TABLE sign_ins (
    id TEXT NOT NULL,
    state_hash BYTEA NOT NULL,
    browser_hash BYTEA NOT NULL,
    provider_id TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    next_path TEXT NOT NULL,
    invitation_hash BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sign_ins PRIMARY KEY (id),
    CONSTRAINT uq_sign_ins_state_hash UNIQUE (state_hash),
    CONSTRAINT fk_sign_ins_provider_id FOREIGN KEY(provider_id) REFERENCES providers (id)
);

CREATE TABLE versions (
    id TEXT NOT NULL,
    report_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    label TEXT NOT NULL,
    coverage_date DATE,
    changelog TEXT NOT NULL,
    state TEXT NOT NULL,
    failure TEXT,
    source_digest TEXT NOT NULL,
    source_bytes INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    pages_ready INTEGER NOT NULL,
    inspection JSONB,
    imported_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_versions PRIMARY KEY (id),
    CONSTRAINT fk_versions_report_id FOREIGN KEY(report_id) REFERENCES reports (id),
    CONSTRAINT fk_versions_imported_by FOREIGN KEY(imported_by) REFERENCES people (id)
);

CREATE INDEX ix_versions_report_id ON versions (report_id);

CREATE UNIQUE INDEX uq_versions_report_id_number ON versions (report_id, number) WHERE (state <> 'failed');

CREATE TABLE editions (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    key TEXT NOT NULL,
    lifted TEXT[] NOT NULL,
    withheld_redactions TEXT[] NOT NULL,
    engine TEXT NOT NULL,
    state TEXT NOT NULL,
    pages_ready INTEGER NOT NULL,
    document_digest TEXT,
    check_result JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ready_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_editions PRIMARY KEY (id),
    CONSTRAINT uq_editions_version_id_key UNIQUE (version_id, key),
    CONSTRAINT fk_editions_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);

CREATE INDEX ix_editions_key ON editions (key);

CREATE INDEX ix_editions_version_id ON editions (version_id);

CREATE TABLE pathways (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    page INTEGER NOT NULL,
    CONSTRAINT pk_pathways PRIMARY KEY (id),
    CONSTRAINT uq_pathways_version_id_ordinal UNIQUE (version_id, ordinal),
    CONSTRAINT fk_pathways_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);

CREATE INDEX ix_pathways_version_id ON pathways (version_id);

CREATE TABLE redactions (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    rects JSONB NOT NULL,
    mode TEXT NOT NULL,
    categories TEXT[] NOT NULL,
    character TEXT NOT NULL,
    justification TEXT NOT NULL,
    size_words INTEGER NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP WITH TIME ZONE,
    decision_reason TEXT,
    negative_statement BOOLEAN NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_redactions PRIMARY KEY (id),
    CONSTRAINT fk_redactions_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_redactions_proposed_by FOREIGN KEY(proposed_by) REFERENCES people (id),
    CONSTRAINT fk_redactions_decided_by FOREIGN KEY(decided_by) REFERENCES people (id)
);

CREATE INDEX ix_redactions_group_id ON redactions (group_id);

CREATE INDEX ix_redactions_version_id ON redactions (version_id);

CREATE TABLE reviews (
    id TEXT NOT NULL,
    report_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    terms_id TEXT NOT NULL,
    type TEXT NOT NULL,
    scope TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_reviews PRIMARY KEY (id),
    CONSTRAINT fk_reviews_report_id FOREIGN KEY(report_id) REFERENCES reports (id),
    CONSTRAINT fk_reviews_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_reviews_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_reviews_terms_id FOREIGN KEY(terms_id) REFERENCES terms (id),
    CONSTRAINT fk_reviews_opened_by FOREIGN KEY(opened_by) REFERENCES people (id)
);

CREATE INDEX ix_reviews_organisation_id ON reviews (organisation_id);

CREATE INDEX ix_reviews_report_id ON reviews (report_id);

CREATE TABLE sections (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    level INTEGER NOT NULL,
    page_from INTEGER NOT NULL,
    page_to INTEGER NOT NULL,
    CONSTRAINT pk_sections PRIMARY KEY (id),
    CONSTRAINT uq_sections_version_id_ordinal UNIQUE (version_id, ordinal),
    CONSTRAINT fk_sections_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);

CREATE INDEX ix_sections_version_id ON sections (version_id);

CREATE TABLE source_pages (
    version_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    width_pt DOUBLE PRECISION NOT NULL,
    height_pt DOUBLE PRECISION NOT NULL,
    words BYTEA NOT NULL,
    hidden BYTEA NOT NULL,
    CONSTRAINT pk_source_pages PRIMARY KEY (version_id, page),
    CONSTRAINT fk_source_pages_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);

CREATE TABLE claims (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    pathway_id TEXT,
    code TEXT NOT NULL,
    page INTEGER NOT NULL,
    rects JSONB NOT NULL,
    load_bearing BOOLEAN NOT NULL,
    CONSTRAINT pk_claims PRIMARY KEY (id),
    CONSTRAINT uq_claims_version_id_code UNIQUE (version_id, code),
    CONSTRAINT fk_claims_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_claims_pathway_id FOREIGN KEY(pathway_id) REFERENCES pathways (id)
);

CREATE INDEX ix_claims_version_id ON claims (version_id);

CREATE TABLE edition_outlines (
    edition_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    entries JSONB NOT NULL,
    CONSTRAINT pk_edition_outlines PRIMARY KEY (edition_id),
    CONSTRAINT fk_edition_outlines_edition_id FOREIGN KEY(edition_id) REFERENCES editions (id),
    CONSTRAINT fk_edition_outlines_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);

CREATE INDEX ix_edition_outlines_version_id ON edition_outlines (version_id);

CREATE TABLE edition_pages (
    edition_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    version_id TEXT NOT NULL,
    state_key TEXT NOT NULL,
    image_digest TEXT NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    width_pt DOUBLE PRECISION NOT NULL,
    height_pt DOUBLE PRECISION NOT NULL,
    words BYTEA NOT NULL,
    boxes JSONB NOT NULL,
    CONSTRAINT pk_edition_pages PRIMARY KEY (edition_id, page),
    CONSTRAINT fk_edition_pages_edition_id FOREIGN KEY(edition_id) REFERENCES editions (id),
    CONSTRAINT fk_edition_pages_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);

CREATE INDEX ix_edition_pages_state_key ON edition_pages (state_key);

CREATE INDEX ix_edition_pages_version_id ON edition_pages (version_id);

CREATE TABLE grants (
    id TEXT NOT NULL,
    report_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    review_id TEXT,
    organisation_id TEXT NOT NULL,
    person_ids TEXT[],
    preset TEXT NOT NULL,
    lifted TEXT[] NOT NULL,
    handling TEXT NOT NULL,
    purpose TEXT NOT NULL,
    working BOOLEAN NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved_by TEXT,
    approved_at TIMESTAMP WITH TIME ZONE,
    revoked_by TEXT,
    revoked_at TIMESTAMP WITH TIME ZONE,
    revoke_reason TEXT,
    CONSTRAINT pk_grants PRIMARY KEY (id),
    CONSTRAINT fk_grants_report_id FOREIGN KEY(report_id) REFERENCES reports (id),
    CONSTRAINT fk_grants_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_grants_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_grants_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_grants_proposed_by FOREIGN KEY(proposed_by) REFERENCES people (id),
    CONSTRAINT fk_grants_approved_by FOREIGN KEY(approved_by) REFERENCES people (id),
    CONSTRAINT fk_grants_revoked_by FOREIGN KEY(revoked_by) REFERENCES people (id)
);

CREATE INDEX ix_grants_organisation_id ON grants (organisation_id);

CREATE INDEX ix_grants_report_id ON grants (report_id);

CREATE INDEX ix_grants_review_id ON grants (review_id);

CREATE INDEX ix_grants_version_id ON grants (version_id);

CREATE TABLE requests (
    id TEXT NOT NULL,
    number TEXT,
    alias TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    type TEXT NOT NULL,
    basis_kind TEXT NOT NULL,
    basis_id TEXT,
    basis_page INTEGER,
    basis_rects JSONB,
    expected_form TEXT NOT NULL,
    wanted_by DATE,
    priority TEXT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    due_on DATE,
    returns INTEGER NOT NULL,
    drafted_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    closed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_requests PRIMARY KEY (id),
    CONSTRAINT uq_requests_organisation_id_number UNIQUE (organisation_id, number),
    CONSTRAINT fk_requests_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_requests_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_requests_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_requests_drafted_by FOREIGN KEY(drafted_by) REFERENCES people (id)
);

CREATE INDEX ix_requests_organisation_id ON requests (organisation_id);

CREATE INDEX ix_requests_review_id ON requests (review_id);

CREATE TABLE section_titles (
    section_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT pk_section_titles PRIMARY KEY (section_id),
    CONSTRAINT fk_section_titles_section_id FOREIGN KEY(section_id) REFERENCES sections (id),
    CONSTRAINT fk_section_titles_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);

CREATE INDEX ix_section_titles_version_id ON section_titles (version_id);

CREATE TABLE undertakings (
    id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    terms_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_undertakings PRIMARY KEY (id),
    CONSTRAINT uq_undertakings_review_id_person_id_digest UNIQUE (review_id, person_id, digest),
    CONSTRAINT fk_undertakings_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_undertakings_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_undertakings_person_id FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_undertakings_terms_id FOREIGN KEY(terms_id) REFERENCES terms (id)
);

CREATE INDEX ix_undertakings_organisation_id ON undertakings (organisation_id);

CREATE INDEX ix_undertakings_review_id ON undertakings (review_id);

CREATE TABLE assignments (
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    responder_id TEXT NOT NULL,
    assigned_by TEXT NOT NULL,
    state TEXT NOT NULL,
    due_on DATE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_assignments PRIMARY KEY (id),
    CONSTRAINT fk_assignments_request_id FOREIGN KEY(request_id) REFERENCES requests (id),
    CONSTRAINT fk_assignments_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_assignments_responder_id FOREIGN KEY(responder_id) REFERENCES people (id),
    CONSTRAINT fk_assignments_assigned_by FOREIGN KEY(assigned_by) REFERENCES people (id)
);

CREATE INDEX ix_assignments_request_id ON assignments (request_id);

CREATE INDEX ix_assignments_responder_id ON assignments (responder_id);

CREATE TABLE findings (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    alias TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    claim_id TEXT,
    page INTEGER NOT NULL,
    rects JSONB NOT NULL,
    quote_digest TEXT NOT NULL,
    finding_class TEXT NOT NULL,
    materiality TEXT NOT NULL,
    as_of DATE,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    author_id TEXT,
    routed_by_rule TEXT NOT NULL,
    filed_by TEXT NOT NULL,
    filed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_findings PRIMARY KEY (id),
    CONSTRAINT uq_findings_organisation_id_number UNIQUE (organisation_id, number),
    CONSTRAINT fk_findings_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_findings_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_findings_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_findings_claim_id FOREIGN KEY(claim_id) REFERENCES claims (id),
    CONSTRAINT fk_findings_author_id FOREIGN KEY(author_id) REFERENCES people (id),
    CONSTRAINT fk_findings_filed_by FOREIGN KEY(filed_by) REFERENCES people (id)
);

CREATE INDEX ix_findings_author_id ON findings (author_id);

CREATE INDEX ix_findings_organisation_id ON findings (organisation_id);

CREATE INDEX ix_findings_review_id ON findings (review_id);

CREATE INDEX ix_findings_version_id ON findings (version_id);

CREATE TABLE internal_notes (
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_internal_notes PRIMARY KEY (id),
    CONSTRAINT fk_internal_notes_request_id FOREIGN KEY(request_id) REFERENCES requests (id),
    CONSTRAINT fk_internal_notes_written_by FOREIGN KEY(written_by) REFERENCES people (id)
);

CREATE INDEX ix_internal_notes_request_id ON internal_notes (request_id);

CREATE TABLE ownerships (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    section_id TEXT,
    claim_id TEXT,
    person_id TEXT NOT NULL,
    rank INTEGER NOT NULL,
    CONSTRAINT pk_ownerships PRIMARY KEY (id),
    CONSTRAINT fk_ownerships_version_id FOREIGN KEY(version_id) REFERENCES versions (id),
    CONSTRAINT fk_ownerships_section_id FOREIGN KEY(section_id) REFERENCES sections (id),
    CONSTRAINT fk_ownerships_claim_id FOREIGN KEY(claim_id) REFERENCES claims (id),
    CONSTRAINT fk_ownerships_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_ownerships_version_id ON ownerships (version_id);

CREATE TABLE receipts (
    id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    grant_id TEXT,
    organisation_id TEXT NOT NULL,
    items JSONB NOT NULL,
    issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
    acknowledged_by TEXT,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_receipts PRIMARY KEY (id),
    CONSTRAINT fk_receipts_review_id FOREIGN KEY(review_id) REFERENCES reviews (id),
    CONSTRAINT fk_receipts_grant_id FOREIGN KEY(grant_id) REFERENCES grants (id),
    CONSTRAINT fk_receipts_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_receipts_acknowledged_by FOREIGN KEY(acknowledged_by) REFERENCES people (id)
);

CREATE INDEX ix_receipts_organisation_id ON receipts (organisation_id);

CREATE INDEX ix_receipts_review_id ON receipts (review_id);

CREATE TABLE answers (
    id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    state TEXT NOT NULL,
    determination TEXT,
    category TEXT,
    drafted_by TEXT NOT NULL,
    drafted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    released_by TEXT,
    released_at TIMESTAMP WITH TIME ZONE,
    receipt_id TEXT,
    CONSTRAINT pk_answers PRIMARY KEY (id),
    CONSTRAINT uq_answers_request_id_round UNIQUE (request_id, round),
    CONSTRAINT fk_answers_request_id FOREIGN KEY(request_id) REFERENCES requests (id),
    CONSTRAINT fk_answers_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_answers_drafted_by FOREIGN KEY(drafted_by) REFERENCES people (id),
    CONSTRAINT fk_answers_released_by FOREIGN KEY(released_by) REFERENCES people (id),
    CONSTRAINT fk_answers_receipt_id FOREIGN KEY(receipt_id) REFERENCES receipts (id)
);

CREATE INDEX ix_answers_request_id ON answers (request_id);

CREATE TABLE responses (
    id TEXT NOT NULL,
    finding_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    disposition TEXT NOT NULL,
    state TEXT NOT NULL,
    given_by TEXT NOT NULL,
    decided_by TEXT,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_responses PRIMARY KEY (id),
    CONSTRAINT fk_responses_finding_id FOREIGN KEY(finding_id) REFERENCES findings (id),
    CONSTRAINT fk_responses_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_responses_given_by FOREIGN KEY(given_by) REFERENCES people (id),
    CONSTRAINT fk_responses_decided_by FOREIGN KEY(decided_by) REFERENCES people (id)
);

CREATE INDEX ix_responses_finding_id ON responses (finding_id);
