-- The second wall: row-level security, forced on every table, for roles that own nothing.
-- A transaction says who acts (set_config(…, true)): vitrine.side, vitrine.organisation,
-- vitrine.person; during sign-in vitrine.key, the secret whose row may be seen.
-- The side `system` counts only for the worker's role: a bug in a route cannot take it.

CREATE FUNCTION vitrine_side() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN current_setting('vitrine.side', true) = 'system'
               THEN CASE WHEN current_user = 'vitrine_worker' THEN 'system' ELSE 'none' END
               ELSE coalesce(nullif(current_setting('vitrine.side', true), ''), 'none') END $$;

CREATE FUNCTION vitrine_organisation() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('vitrine.organisation', true), '') $$;

CREATE FUNCTION vitrine_person() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('vitrine.person', true), '') $$;

CREATE FUNCTION vitrine_key() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('vitrine.key', true), '') $$;

-- The categories that the acting person's organisation has lifted on a version, now; null: none.
CREATE FUNCTION vitrine_lifted(version text) RETURNS text[] LANGUAGE sql STABLE AS
$$ SELECT array_agg(DISTINCT code)
     FROM (SELECT unnest(array_append(g.lifted, '')) AS code FROM grants g
            WHERE g.version_id = version AND g.organisation_id = vitrine_organisation()
              AND g.state = 'in_force' AND now() >= g.starts_at AND now() < g.ends_at
              AND (g.person_ids IS NULL OR vitrine_person() = ANY (g.person_ids))) AS codes $$;

-- Sign-in of a request: the one look-up before an organisation is known.
CREATE FUNCTION find_session(token bytea, at timestamptz, idle interval)
RETURNS TABLE (session_id text, csrf_secret text, seen_at timestamptz, person_id text, name text,
               email text, time_zone text, membership_id text, roles text[], organisation_id text,
               organisation_kind text, organisation_name text, organisation_state text, side text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT s.id, s.csrf_secret, s.seen_at, p.id, p.name, p.email, p.time_zone, m.id, m.roles,
          o.id, o.kind, o.name, o.state,
          CASE WHEN o.kind = 'publisher' THEN 'publisher' ELSE 'reviewer' END
     FROM sessions s JOIN people p ON p.id = s.person_id
     JOIN memberships m ON m.id = s.membership_id JOIN organisations o ON o.id = m.organisation_id
    WHERE s.token_hash = token AND s.ended_at IS NULL AND s.expires_at > at
      AND s.seen_at > at - idle AND m.state = 'active' $$;

-- Where else the acting person could act; only for the person the transaction runs for.
CREATE FUNCTION other_memberships(person text, current text)
RETURNS TABLE (membership_id text, organisation_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT m.id, o.name FROM memberships m JOIN organisations o ON o.id = m.organisation_id
    WHERE m.person_id = person AND person = vitrine_person() AND m.state = 'active'
      AND m.id <> current ORDER BY o.name $$;

DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_all ON %I TO vitrine_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO vitrine_worker USING (vitrine_side() = ''system'') WITH CHECK (vitrine_side() = ''system'')', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO vitrine_worker', t);
    IF t NOT IN ('source_pages', 'section_titles', 'edition_pages', 'edition_outlines') THEN
      EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO vitrine_web', t);
    END IF;
  END LOOP;
END $$;
GRANT SELECT ON edition_pages, edition_outlines TO vitrine_web;
GRANT DELETE ON edition_pages, source_pages, section_titles, sections, edition_outlines, sign_ins TO vitrine_worker;
GRANT USAGE ON SCHEMA public TO vitrine_web, vitrine_worker, vitrine_sequencer;

-- Organisations and people: a reviewer organisation knows itself and the publisher's name.
CREATE POLICY seen ON organisations TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR id = vitrine_organisation()
         OR (vitrine_side() = 'reviewer' AND kind = 'publisher')
         OR (vitrine_side() = 'none' AND EXISTS (SELECT 1 FROM memberships m
             WHERE m.organisation_id = organisations.id AND m.person_id = vitrine_person())))
  WITH CHECK (vitrine_side() = 'publisher' OR id = vitrine_organisation());
CREATE POLICY seen ON counters TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR organisation_id = vitrine_organisation());
CREATE POLICY seen ON providers TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR organisation_id = vitrine_organisation()
         OR (vitrine_side() = 'none' AND vitrine_key() IN (id, entry)));
CREATE POLICY seen ON people TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR id = vitrine_person()
         OR (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM memberships m
             WHERE m.person_id = people.id AND m.organisation_id = vitrine_organisation())));
CREATE POLICY seen ON memberships TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR organisation_id = vitrine_organisation()
         OR person_id = vitrine_person());
CREATE POLICY seen ON identities TO vitrine_web, vitrine_worker
  USING (person_id = vitrine_person()
         OR (vitrine_side() = 'none' AND vitrine_key() = issuer || ' ' || subject));
CREATE POLICY seen ON invitations TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR organisation_id = vitrine_organisation()
         OR (vitrine_side() = 'none' AND vitrine_key() = encode(token_hash, 'hex')));
CREATE POLICY seen ON sign_ins TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'none' AND vitrine_key() = encode(state_hash, 'hex'));
CREATE POLICY seen ON sessions TO vitrine_web, vitrine_worker
  USING (person_id = vitrine_person());

-- Reports: the publisher's people see that they exist (Cedar decides more); a reviewer
-- organisation those it has, or had, a review or grant of.
CREATE POLICY seen ON reports TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM reviews r
             WHERE r.report_id = reports.id AND r.organisation_id = vitrine_organisation())));
CREATE POLICY seen ON versions TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND (EXISTS (SELECT 1 FROM reviews r
               WHERE r.version_id = versions.id AND r.organisation_id = vitrine_organisation())
             OR EXISTS (SELECT 1 FROM grants g
               WHERE g.version_id = versions.id AND g.organisation_id = vitrine_organisation()))));
CREATE POLICY seen ON sections TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR (vitrine_side() = 'reviewer' AND vitrine_lifted(version_id) IS NOT NULL));
CREATE POLICY seen ON pathways TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR (vitrine_side() = 'reviewer' AND vitrine_lifted(version_id) IS NOT NULL));
CREATE POLICY seen ON claims TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher' OR (vitrine_side() = 'reviewer' AND vitrine_lifted(version_id) IS NOT NULL));
CREATE POLICY seen ON ownerships TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher');
CREATE POLICY seen ON redactions TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND state = 'in_force' AND vitrine_lifted(version_id) IS NOT NULL));

-- Editions: seen only when they withhold every redaction that this person has not lifted. The
-- publisher's own people are no exception: they read by an internal grant like anybody else.
CREATE FUNCTION vitrine_entitled(version text, withheld text[]) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT CASE WHEN l.lifted IS NULL THEN false ELSE NOT EXISTS (
       SELECT 1 FROM redactions r WHERE r.version_id = version
          AND r.state NOT IN ('refused', 'withdrawn', 'lifted')
          AND NOT r.categories <@ l.lifted AND NOT r.id = ANY (withheld)) END
     FROM (SELECT vitrine_lifted(version) AS lifted) AS l $$;
CREATE POLICY seen ON editions TO vitrine_web, vitrine_worker
  USING (vitrine_side() IN ('publisher', 'reviewer') AND vitrine_entitled(version_id, withheld_redactions))
  WITH CHECK (vitrine_side() = 'publisher');
CREATE POLICY seen ON edition_pages FOR SELECT TO vitrine_web, vitrine_worker
  USING (EXISTS (SELECT 1 FROM editions e WHERE e.id = edition_pages.edition_id));
CREATE POLICY seen ON edition_outlines FOR SELECT TO vitrine_web, vitrine_worker
  USING (EXISTS (SELECT 1 FROM editions e WHERE e.id = edition_outlines.edition_id));

-- Guarded texts: each side sees its own and what the other has shared with it.
CREATE POLICY seen ON guarded_fields TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND (side = 'publisher' OR shared))
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
             AND (side = 'reviewer' OR shared)))
  WITH CHECK ((vitrine_side() = 'publisher' AND (side = 'publisher' OR shared))
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
             AND side = 'reviewer'));

-- Reviews and what hangs on them.
CREATE POLICY seen ON terms TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM reviews r
             WHERE r.terms_id = terms.id AND r.organisation_id = vitrine_organisation())));
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['reviews', 'grants', 'undertakings', 'receipts']
  LOOP
    EXECUTE format('CREATE POLICY seen ON %I TO vitrine_web, vitrine_worker
      USING (vitrine_side() = ''publisher''
             OR (vitrine_side() = ''reviewer'' AND organisation_id = vitrine_organisation()))', t);
  END LOOP;
END $$;

-- Requests and findings: drafts are the organisation's own; internal parts the publisher's.
CREATE POLICY seen ON requests TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND state <> 'draft')
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()));
CREATE POLICY seen ON assignments TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher');
CREATE POLICY seen ON internal_notes TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher');
CREATE POLICY seen ON answers TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
             AND state IN ('released', 'accepted', 'returned')));
CREATE POLICY seen ON findings TO vitrine_web, vitrine_worker
  USING ((vitrine_side() = 'publisher' AND state <> 'draft')
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()));
CREATE POLICY seen ON responses TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()
             AND state = 'given'));
CREATE POLICY seen ON stages TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'publisher'
         OR (vitrine_side() = 'reviewer' AND organisation_id = vitrine_organisation()));
