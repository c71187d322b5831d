-- Whom a job tells of a rejection to decide must be cleared for the finding's text. The wall around
-- texts lets no job see one: this function tells the categories that a reader needs, and no word.
CREATE FUNCTION vitrine_finding_needs(finding text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT g.sensitivity FROM guarded_fields g
    WHERE current_setting('vitrine.side', true) = 'system'
      AND g.subject_kind = 'finding' AND g.subject_id = finding AND g.field = 'statement' $$;
REVOKE ALL ON FUNCTION vitrine_finding_needs(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vitrine_finding_needs(text) TO vitrine_worker;

-- Drafts of findings that their writers removed a month ago go as removed notes do (0017): with
-- their texts and the rows of their files, counted by nobody. A draft that was filed stays.
CREATE FUNCTION vitrine_forget_finding_drafts() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS
$$ WITH gone AS (
     DELETE FROM finding_drafts
      WHERE current_setting('vitrine.side', true) = 'system'
        AND filed_as IS NULL AND removed_at < now() - interval '30 days'
      RETURNING id),
   files AS (
     DELETE FROM guarded_files
      WHERE subject_kind = 'finding_draft' AND subject_id IN (SELECT id FROM gone))
   DELETE FROM guarded_fields
    WHERE subject_kind = 'finding_draft' AND subject_id IN (SELECT id FROM gone) $$;
REVOKE ALL ON FUNCTION vitrine_forget_finding_drafts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vitrine_forget_finding_drafts() TO vitrine_worker;

-- A number names its organisation: who may not know it reads an alias, and signs over a digest of
-- whose it is, which the nonce opens. What was worded before keeps what was signed.
ALTER TABLE assurances ADD COLUMN alias TEXT, ADD COLUMN nonce TEXT;
UPDATE assurances SET alias = 'AS-' || substr(md5(random()::text || id), 1, 6);
UPDATE assurances a SET nonce = replace(gen_random_uuid()::text, '-', '')
 WHERE EXISTS (SELECT 1 FROM assurance_drafts d WHERE d.assurance_id = a.id AND d.digest IS NULL);
ALTER TABLE assurances ALTER COLUMN alias SET NOT NULL;
ALTER TABLE assurance_drafts ADD COLUMN named BOOLEAN NOT NULL DEFAULT false;
