-- One row of everything for one organisation; §n is its letter.
INSERT INTO organisations VALUES ('org_§n', 'ORG§n', 'org_§n', 'nonprofit', 'active', false, now());
INSERT INTO people VALUES ('per_§n', 'per_§n', 'e', 'UTC', now());
INSERT INTO memberships VALUES ('mem_§n', 'per_§n', 'org_§n', '{reviewer}', 'active', now(), NULL);
INSERT INTO identities VALUES ('idn_§n', 'per_§n', 'iss', 'per_§n', now());
INSERT INTO providers VALUES ('idp_§n', 'org_§n', 'entry_§n', 'iss', 'd', 'c', '', 'active', now());
INSERT INTO counters VALUES ('org_§n', 'RQ', 2);
INSERT INTO invitations (id, organisation_id, email, name, roles, token_hash, invited_by, created_at, expires_at)
  VALUES ('inv_§n', 'org_§n', 'e', 'n', '{lead}', convert_to('§n', 'UTF8'), 'per_p', now(), now() + interval '9 days');
INSERT INTO sessions (id, token_hash, person_id, membership_id, provider_id, csrf_secret, amr, created_at, seen_at, expires_at)
  VALUES ('ses_§n', convert_to('§n', 'UTF8'), 'per_§n', 'mem_§n', 'idp_§n', 's', '{}', now(), now(), now() + interval '9 days');
INSERT INTO sign_ins (id, state_hash, browser_hash, provider_id, nonce, verifier, next_path, created_at)
  VALUES ('sig_§n', convert_to('§n', 'UTF8'), '', 'idp_§n', 'n', 'v', '/', now());
INSERT INTO reports VALUES ('rep_§n', 'T', 'per_p', now());
INSERT INTO versions (id, report_id, number, label, changelog, state, source_digest, source_bytes, pages, pages_ready,
                      imported_by, created_at)
  VALUES ('ver_§n', 'rep_§n', 1, '1', '', 'published', 'd', 1, 1, 1, 'per_p', now());
INSERT INTO sections VALUES ('sec_§n', 'ver_§n', 1, 1, 1, 1);
INSERT INTO section_titles VALUES ('sec_§n', 'ver_§n', 'secret');
INSERT INTO pathways (id, lineage_id, version_id, ordinal, page) VALUES ('pth_§n', 'pth_§n', 'ver_§n', 1, 1);
INSERT INTO claims (id, lineage_id, version_id, pathway_id, ordinal, code, page, rects, load_bearing)
  VALUES ('clm_§n', 'clm_§n', 'ver_§n', 'pth_§n', 1, '1', 1, '[]', false);
INSERT INTO ownerships (id, version_id, person_id, rank) VALUES ('own_§n', 'ver_§n', 'per_p', 0);
INSERT INTO source_pages (version_id, page, width_pt, height_pt, words, hidden) VALUES ('ver_§n', 1, 1, 1, '', '');
INSERT INTO redactions (id, version_id, group_id, page, rects, mode, categories, character, justification, size_words,
                        state, proposed_by, proposed_at, negative_statement)
  VALUES ('red_§n', 'ver_§n', 'g', 1, '[]', 'tight', '{LEG}', 'c', 'j', 1, 'in_force', 'per_p', now(), true);
INSERT INTO redaction_comments VALUES ('cmt_§n', 'ver_§n', 'g', 'per_p', now());
INSERT INTO marks_not_needed VALUES ('ver_§n', 'red_§n', 'per_p', now());
INSERT INTO justification_templates VALUES ('tpl_§n', '{LEG}', 'c', 'j', 'active', 'per_p', now());
INSERT INTO editions (id, version_id, key, lifted, withheld_redactions, engine, state, pages_ready, created_at)
  VALUES ('full_§n', 'ver_§n', 'full', '{}', '{}', 'e', 'ready', 1, now()),
         ('cut_§n', 'ver_§n', 'cut', '{}', '{red_§n}', 'e', 'ready', 1, now());
INSERT INTO edition_pages (edition_id, page, version_id, state_key, image_digest, width_px, height_px, width_pt,
                           height_pt, words, boxes)
  SELECT id, 1, version_id, 'k', 'd', 1, 1, 1, 1, '', '[]' FROM editions WHERE version_id = 'ver_§n';
INSERT INTO edition_outlines SELECT id, version_id, '[]' FROM editions WHERE version_id = 'ver_§n';
INSERT INTO evidence_items (id, version_id, code, kind, title, source_digest, source_bytes, lines, state, imported_by,
                            imported_at)
  VALUES ('evi_§n', 'ver_§n', 'E1', 'text', 't', 'd', 1, 1, 'ready', 'per_p', now());
INSERT INTO claim_evidence VALUES ('clm_§n', 'evi_§n', 'ver_§n', 'per_p', now());
INSERT INTO evidence_marks VALUES ('red_§n', 'evi_§n', 'ver_§n', 1, 1, NULL, NULL, NULL);
INSERT INTO source_evidence VALUES ('evi_§n', 1, 'ver_§n', '');
INSERT INTO edition_evidence SELECT id, 'evi_§n', 1, version_id, '' FROM editions WHERE version_id = 'ver_§n';
INSERT INTO terms VALUES ('trm_§n', 't', 'b', 'digest_§n', now());
INSERT INTO reviews (id, report_id, version_id, organisation_id, terms_id, type, scope, starts_at, ends_at, state,
                     opened_by, created_at)
  VALUES ('rev_§n', 'rep_§n', 'ver_§n', 'org_§n', 'trm_§n', 'internal', '', now(), now() + interval '9 days', 'open',
          'per_p', now());
INSERT INTO grants (id, report_id, version_id, review_id, organisation_id, preset, lifted, handling, purpose, working,
                    starts_at, ends_at, state, proposed_by, proposed_at)
  VALUES ('grt_§n', 'rep_§n', 'ver_§n', 'rev_§n', 'org_§n', 'public', '{PII}', 'view', 'p', false, now(),
          now() + interval '9 days', 'in_force', 'per_p', now());
INSERT INTO undertakings VALUES ('und_§n', 'rev_§n', 'org_§n', 'per_§n', 'trm_§n', 'digest_§n', now());
INSERT INTO receipts (id, review_id, grant_id, organisation_id, items, issued_at)
  VALUES ('rct_§n', 'rev_§n', 'grt_§n', 'org_§n', '[]', now());
INSERT INTO requests (id, alias, organisation_id, review_id, version_id, type, basis_kind, expected_form, priority,
                      state, state_since, returns, drafted_by, created_at)
  VALUES ('req_§n', 'q', 'org_§n', 'rev_§n', 'ver_§n', 'data', 'report', 'f', 'normal', 'submitted', now(), 0,
          'per_§n', now());
INSERT INTO request_people VALUES ('req_§n', 'per_§n', 'org_§n', now());
INSERT INTO finding_drafts (id, organisation_id, review_id, version_id, about, page, rects, finding_class, materiality,
                            source, written_by, written_at, changed_by, changed_at, revision, open, people)
  VALUES ('fdr_§n', 'org_§n', 'rev_§n', 'ver_§n', 'page', 1, '[]', '', '', 'typed', 'per_§n', now(), 'per_§n', now(), 1,
          false, '{}');
INSERT INTO guarded_files (id, subject_kind, subject_id, organisation_id, version_id, sensitivity, shared, kind, bytes,
                           digest, added_by, added_at)
  VALUES ('fil_§n', 'finding_draft', 'fdr_§n', 'org_§n', 'ver_§n', '{}', false, 'pdf', 1, 'd', 'per_§n', now());
INSERT INTO question_packs VALUES ('pck_§n', 'org_§n', 'per_§n', false, 1, now(), now(), NULL);
INSERT INTO pack_runs VALUES ('pkr_§n', 'pck_§n', 'rev_§n', 'org_§n', 'per_§n', now());
INSERT INTO pack_asked VALUES ('pkr_§n', 0, 'org_§n', 'rev_§n', 'req_§n', 'the report as a whole', 'm', 0);
INSERT INTO teams VALUES ('tea_§n', 't§n', '{}', 'per_p', now(), NULL);
INSERT INTO team_members VALUES ('mbt_§n', 'tea_§n', 'per_p', false, now());
INSERT INTO routing_rules VALUES ('rul_§n', 'r', 1, NULL, NULL, NULL, NULL, NULL, NULL, '{w}', 'tea_§n', NULL, true,
                                  'per_p', now(), NULL);
INSERT INTO absences VALUES ('abs_§n', 'per_p', now(), now(), 'per_p', now());
INSERT INTO assignments (id, request_id, organisation_id, number, team_id, responder_id, assigned_by, state,
                         created_at)
  VALUES ('asg_§n', 'req_§n', 'org_§n', 1, 'tea_§n', 'per_p', 'per_p', 'assigned', now());
INSERT INTO answers (id, request_id, assignment_id, organisation_id, round, state, drafted_by, drafted_at)
  VALUES ('ans_§n', 'req_§n', 'asg_§n', 'org_§n', 1, 'released', 'per_p', now());
INSERT INTO shared_answers VALUES ('sha_§n', 'SA-§n', 'org_§n', 'rev_§n', 'ver_§n', 'rct_§n', 'per_p', now());
INSERT INTO shared_from VALUES ('sha_§n', 'req_§n', 1);
INSERT INTO interviews (id, request_id, organisation_id, standing, round, changed_at)
  VALUES ('itv_§n', 'req_§n', 'org_§n', 'agreed', 1, now());
INSERT INTO interview_slots VALUES ('its_§n', 'itv_§n', 'org_§n', 1, 1, 'publisher', now(), 45, 'video');
INSERT INTO interview_notes (id, interview_id, request_id, organisation_id, side, number, state, digest, drafted_by,
                             drafted_at)
  VALUES ('itn_§n', 'itv_§n', 'req_§n', 'org_§n', 'asker', 1, 'draft', 'd', 'per_§n', now());
INSERT INTO attachments (id, request_id, assignment_id, organisation_id, round, version_id, title, added_by, added_at,
                         released_at)
  VALUES ('att_§n', 'req_§n', 'asg_§n', 'org_§n', 1, 'ver_§n', 't', 'per_p', now(), now());
INSERT INTO internal_notes VALUES ('not_§n', 'req_§n', 'per_p', now());
INSERT INTO findings (id, number, alias, organisation_id, review_id, version_id, page, rects, quote_digest,
                      finding_class, materiality, state, state_since, routed_by_rule, filed_by, filed_at)
  VALUES ('fnd_§n', 'FC', 'f', 'org_§n', 'rev_§n', 'ver_§n', 1, '[]', 'q', 'A', 'claim', 'filed', now(), '',
          'per_§n', now());
INSERT INTO responses (id, finding_id, organisation_id, round, disposition, state, given_by, given_at)
  VALUES ('rsp_§n', 'fnd_§n', 'org_§n', 1, 'accepted', 'given', 'per_p', now());
INSERT INTO messages VALUES ('msg_§n', 'fnd_§n', 'org_§n', 'said', 'reviewer', true, NULL, 'per_§n', now(), NULL),
                            ('inside_§n', 'fnd_§n', 'org_§n', 'said', 'publisher', true, NULL, 'per_p', now(), NULL);
INSERT INTO message_mentions VALUES ('msg_§n', 'per_§n', 'reviewer', 'org_§n');
INSERT INTO thread_marks VALUES ('per_§n', 'fnd_§n', now());
INSERT INTO claw_backs VALUES ('clb_§n', 'fnd_§n', 'org_§n', 'ver_§n', 1, 'per_p', now(), NULL, NULL);
INSERT INTO deletions VALUES ('del_§n', 'clb_§n', 'org_§n', 'ver_§n', 1, 'per_p', now(), now(), '{}', NULL, NULL, NULL);
INSERT INTO open_points VALUES ('ver_§n', 'fnd_§n', 'org_§n', 'more_work', 'per_p', now());
INSERT INTO assessments (id, redaction_id, version_id, organisation_id, page, categories, character, scope, reason,
                         balance, materiality, state, written_by, written_at)
  VALUES ('asm_§n', 'red_§n', 'ver_§n', 'org_§n', 1, '{LEG}', 'c', 'fine', 'fine', 'fine', 'fine', 'draft', 'per_§n', now());
INSERT INTO challenges (id, number, alias, redaction_id, version_id, organisation_id, page, categories, character, state,
                        state_since, due_on, raised_by, raised_at)
  VALUES ('chl_§n', 'RC', 'r', 'red_§n', 'ver_§n', 'org_§n', 1, '{LEG}', 'c', 'open', now(), now(), 'per_§n', now());
INSERT INTO stages VALUES ('stg_§n', 'request', 'req_§n', 'N', 's', now(), 'reviewer', 'per_§n', 'org_§n', '{}');
INSERT INTO guarded_fields (id, subject_kind, subject_id, field, body, sensitivity, organisation_id, side, shared,
                            written_by, written_at)
  VALUES ('own_draft_§n', 'request', 'req_§n', 'a', 'b', '{}', 'org_§n', 'reviewer', false, 'per_§n', now()),
         ('answer_§n', 'request', 'req_§n', 'b', 'b', '{}', 'org_§n', 'publisher', true, 'per_p', now()),
         ('internal_§n', 'request', 'req_§n', 'c', 'b', '{}', 'org_§n', 'publisher', false, 'per_p', now());
INSERT INTO reader_notes VALUES ('rdn_§n', 'per_§n', 'org_§n', 'ver_§n', 1, '[]', true, true, now(), now(), NULL);
INSERT INTO guarded_fields (id, subject_kind, subject_id, field, body, sensitivity, organisation_id, side, shared,
                            written_by, written_at)
  VALUES ('note_§n', 'note', 'rdn_§n', 'text', 'b', '{}', 'org_§n', 'reviewer', false, 'per_§n', now());
INSERT INTO notices (id, occurrence, person_id, organisation_id, kind, subject_kind, subject_id, facts, at_once, created_at)
  VALUES ('ntc_§n', 'occ_§n', 'per_§n', 'org_§n', 'request_assigned', 'request', 'req_§n', '{}', false, now());
INSERT INTO mails (id, person_id, message_id, kind, state, attempts, next_try_at, created_at)
  VALUES ('mai_§n', 'per_§n', 'm_§n', 'immediate', 'sent', 1, now(), now());
INSERT INTO notice_preferences VALUES ('per_§n', 'inbox', now());
INSERT INTO comparisons VALUES
  ('cmp_§n', 'ver_§n', 'ver_§n', 'full_§n', 'full_§n', 's', 's', true, '[]', now()),
  ('cut_cmp_§n', 'ver_§n', 'ver_§n', 'cut_§n', 'cut_§n', 's', 's', false, '[]', now());
INSERT INTO compared_parts VALUES ('cmp_§n', 'claim', 1, 'clm_§n', NULL, 'gone', 0, 1, '[]', '[]'),
  ('cut_cmp_§n', 'place', 1, NULL, NULL, 'gone', 0, 1, '[]', '[]');
INSERT INTO claim_carries VALUES ('ccy_§n', 'ver_§n', 'ver_§n', 'clm_§n', NULL, 'gone', false, 'per_p', now(), NULL, NULL);
INSERT INTO part_carries VALUES ('pcy_§n', 'ver_§n', 'ver_§n', 'title', 'pth_§n', NULL, 'changed', false, 'per_p', now());
INSERT INTO material_changes VALUES
  ('mtc_§n', 'mtd_§n', 'ver_§n', 'ver_§n', 'rev_§n', 'org_§n', true, 'per_p', now());
INSERT INTO statements (id, review_id, organisation_id, version_id, number, state, open_to, narrowed, released_at)
  VALUES ('sta_§n', 'rev_§n', 'org_§n', 'ver_§n', 1, 'released', '{}', false, now());
INSERT INTO statement_drafts (statement_id, organisation_id, started_by, started_at)
  VALUES ('sta_§n', 'org_§n', 'per_§n', now());
INSERT INTO statement_sections VALUES ('sta_§n', 'rigour', 'org_§n', 1, '[]', 1, 'per_§n', now());
INSERT INTO statement_comments (id, statement_id, organisation_id, number, kind, topic, made_by, made_at)
  VALUES ('stc_§n', 'sta_§n', 'org_§n', 1, 'fact', 'rigour', 'per_p', now());
INSERT INTO statement_verdicts VALUES ('stv_§n', 'sta_§n', 'org_§n', 1, 1, 'd', 'approved', 'per_p', now());
INSERT INTO assurances (id, number, alias, review_id, organisation_id, version_id, state, requested_at, publishable)
  VALUES ('ast_§n', 'AS', 'AS-§n', 'rev_§n', 'org_§n', 'ver_§n', 'requested', now(), false);
INSERT INTO assurance_drafts (assurance_id, organisation_id, asked_by, publishable)
  VALUES ('ast_§n', 'org_§n', 'per_p', false);
INSERT INTO signing_keys (id, person_id, kind, label, public_key, fingerprint, registered_at)
  VALUES ('key_§n', 'per_§n', 'ed25519', 'l', 'p', 'f', now());
INSERT INTO signatures (id, subject_kind, subject_id, organisation_id, side, shared, digest, form, signature, public_key,
                        fingerprint, signed_by, signer_name, signed_at)
  VALUES ('sgn_§n', 'assurance', 'ast_§n', 'org_§n', 'publisher', true, 'd', 'ed25519', 's', 'p', 'f', 'per_p', 'n', now()),
         ('own_sgn_§n', 'statement', 'x_§n', 'org_§n', 'reviewer', false, 'd', 'ed25519', 's', 'p', 'f', 'per_§n', 'n', now());
INSERT INTO positions (id, review_id, organisation_id, version_id, claim_code, basis, stance, confidence, rests_on, current,
                       has_reasons, written_by, written_at)
  VALUES ('pos_§n', 'rev_§n', 'org_§n', 'ver_§n', 'conclusion', 'alone', 'agree', 'low', '[]', true, false, 'per_§n', now());
INSERT INTO position_releases (id, review_id, organisation_id, version_id, number, withdraws, latest, released_by, released_at)
  VALUES ('psr_§n', 'rev_§n', 'org_§n', 'ver_§n', 1, false, true, 'per_§n', now());
INSERT INTO released_positions (id, release_id, review_id, organisation_id, version_id, claim_code, basis, stance, confidence,
                                rests_on, has_reasons)
  VALUES ('psd_§n', 'psr_§n', 'rev_§n', 'org_§n', 'ver_§n', 'conclusion', 'alone', 'agree', 'low', '[]', false);
INSERT INTO recommendations (id, review_id, organisation_id, version_id, urgency, claim_ids, pathway_ids, state, written_by,
                             written_at)
  VALUES ('rec_§n', 'rev_§n', 'org_§n', 'ver_§n', 'next_cycle', '{}', '{}', 'draft', 'per_§n', now());
INSERT INTO recommendation_responses (id, recommendation_id, organisation_id, response, given_by, given_at)
  VALUES ('rrs_§n', 'rec_§n', 'org_§n', 'accepted', 'per_p', now());
INSERT INTO recommendation_adoptions (id, recommendation_id, organisation_id, side, standing, said_by, said_at)
  VALUES ('rad_§n', 'rec_§n', 'org_§n', 'publisher', 'adopted', 'per_p', now());
