-- The evidence log: tables, the queue's trigger, append-only triggers, walls and privileges.

CREATE TABLE audit_batch (
    batch BIGINT NOT NULL,
    first BIGINT NOT NULL,
    size BIGINT NOT NULL,
    unix_ms BIGINT NOT NULL,
    slots INTEGER NOT NULL,
    slots_root BYTEA NOT NULL,
    heads_path BYTEA NOT NULL,
    root BYTEA NOT NULL,
    CONSTRAINT pk_audit_batch PRIMARY KEY (batch),
    CONSTRAINT uq_audit_batch_size UNIQUE (size)
);

CREATE TABLE audit_entry (
    id UUID NOT NULL,
    core BYTEA NOT NULL,
    personal BYTEA,
    content BYTEA,
    salt_core BYTEA NOT NULL,
    salt_personal BYTEA,
    salt_content BYTEA,
    record BYTEA NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    actor TEXT NOT NULL,
    acting_for TEXT,
    object TEXT,
    CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);

CREATE INDEX ix_audit_entry_acting_for ON audit_entry (acting_for, id);

CREATE INDEX ix_audit_entry_action ON audit_entry (action, id);

CREATE INDEX ix_audit_entry_actor ON audit_entry (actor, id);

CREATE INDEX ix_audit_entry_at ON audit_entry (at, id);

CREATE INDEX ix_audit_entry_object ON audit_entry (object, id);

CREATE INDEX ix_audit_entry_refused ON audit_entry (outcome, id) WHERE outcome IN ('denied', 'failed');

CREATE TABLE audit_pending (
    ordinal BIGINT GENERATED ALWAYS AS IDENTITY,
    entry_id UUID NOT NULL,
    CONSTRAINT pk_audit_pending PRIMARY KEY (ordinal),
    CONSTRAINT uq_audit_pending_entry_id UNIQUE (entry_id)
);

CREATE TABLE audit_slot_key (
    id INTEGER NOT NULL,
    slot_key BYTEA NOT NULL,
    inner_pad BYTEA NOT NULL,
    outer_pad BYTEA NOT NULL,
    CONSTRAINT pk_audit_slot_key PRIMARY KEY (id)
);

CREATE TABLE org_slot (
    slot INTEGER NOT NULL,
    organisation TEXT NOT NULL,
    enrolled_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_org_slot PRIMARY KEY (slot),
    CONSTRAINT uq_org_slot_organisation UNIQUE (organisation)
);

CREATE TABLE audit_audience (
    entry_id UUID NOT NULL,
    slot INTEGER NOT NULL,
    CONSTRAINT pk_audit_audience PRIMARY KEY (entry_id, slot),
    CONSTRAINT fk_audit_audience_entry_id FOREIGN KEY(entry_id) REFERENCES audit_entry (id),
    CONSTRAINT fk_audit_audience_slot FOREIGN KEY(slot) REFERENCES org_slot (slot)
);

CREATE INDEX ix_audit_audience_slot ON audit_audience (slot, entry_id);

CREATE TABLE audit_checkpoint (
    size BIGINT NOT NULL,
    batch BIGINT NOT NULL,
    note TEXT NOT NULL,
    vkey TEXT NOT NULL,
    CONSTRAINT pk_audit_checkpoint PRIMARY KEY (size),
    CONSTRAINT fk_audit_checkpoint_size FOREIGN KEY(size) REFERENCES audit_batch (size),
    CONSTRAINT uq_audit_checkpoint_batch UNIQUE (batch),
    CONSTRAINT fk_audit_checkpoint_batch FOREIGN KEY(batch) REFERENCES audit_batch (batch)
);

CREATE TABLE audit_leaf (
    leaf_index BIGINT NOT NULL,
    entry_id UUID,
    leaf_hash BYTEA NOT NULL,
    batch BIGINT NOT NULL,
    CONSTRAINT pk_audit_leaf PRIMARY KEY (leaf_index),
    CONSTRAINT uq_audit_leaf_entry_id UNIQUE (entry_id),
    CONSTRAINT fk_audit_leaf_entry_id FOREIGN KEY(entry_id) REFERENCES audit_entry (id),
    CONSTRAINT fk_audit_leaf_batch FOREIGN KEY(batch) REFERENCES audit_batch (batch)
);

CREATE TABLE audit_slice_head (
    slot INTEGER NOT NULL,
    batch BIGINT NOT NULL,
    count BIGINT NOT NULL,
    root BYTEA NOT NULL,
    frontier BYTEA NOT NULL,
    CONSTRAINT pk_audit_slice_head PRIMARY KEY (slot, batch),
    CONSTRAINT fk_audit_slice_head_slot FOREIGN KEY(slot) REFERENCES org_slot (slot),
    CONSTRAINT fk_audit_slice_head_batch FOREIGN KEY(batch) REFERENCES audit_batch (batch)
);

CREATE TABLE audit_slice (
    slot INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    leaf_index BIGINT NOT NULL,
    CONSTRAINT pk_audit_slice PRIMARY KEY (slot, seq),
    CONSTRAINT fk_audit_slice_slot FOREIGN KEY(slot) REFERENCES org_slot (slot),
    CONSTRAINT fk_audit_slice_leaf_index FOREIGN KEY(leaf_index) REFERENCES audit_leaf (leaf_index)
);

CREATE UNIQUE INDEX uq_audit_slice_leaf_index_slot ON audit_slice (leaf_index, slot);

-- The queue: filled here so that nobody can forget it, as the owner so that nobody else can.
CREATE FUNCTION audit_enqueue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public AS
$$ BEGIN
     INSERT INTO audit_pending (entry_id) SELECT id FROM added; -- in the order of the insert
     RETURN NULL;
   END $$;
CREATE TRIGGER enqueue AFTER INSERT ON audit_entry REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION audit_enqueue();

-- Append only, for every role that triggers bind, the owner included.
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
     RAISE EXCEPTION 'the audit log only grows: % on % is refused', TG_OP, TG_TABLE_NAME
       USING ERRCODE = 'insufficient_privilege';
   END $$;

-- The slot of the organisation acted for; the subject of most walls below.
CREATE FUNCTION vitrine_slot() RETURNS int LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public AS
$$ SELECT slot FROM org_slot WHERE organisation = vitrine_organisation() $$;

-- Slots of organisations that the caller already knows: entries are written before an organisation
-- is acted for (a refused sign-in), and about others than one's own.
CREATE FUNCTION vitrine_slots_of(organisations text[])
RETURNS TABLE (organisation text, slot int) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public AS
$$ SELECT s.organisation, s.slot FROM org_slot s WHERE s.organisation = ANY (organisations) $$;

-- The slots tree of a batch as its leaf hashes, and the opened record of one organisation. Hashes of
-- other slots are blinded by their nonces. A reviewer organisation gets its own, of batches in
-- which its slice grew: other times are not its business.
CREATE FUNCTION vitrine_slot_evidence(at_batch bigint, of_organisation text)
RETURNS TABLE (slot int, own boolean, nonce bytea, count bigint, root bytea, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ WITH wanted AS (
     SELECT s.slot FROM org_slot s WHERE s.organisation = of_organisation
        AND (session_user <> 'vitrine_web' OR vitrine_side() = 'publisher'
             OR (of_organisation = vitrine_organisation() AND EXISTS (
                   SELECT 1 FROM audit_slice_head h WHERE h.slot = s.slot AND h.batch = at_batch)))
   ), places AS (
     SELECT g.slot, g.slot = w.slot AS own,
            sha256(k.outer_pad || sha256(k.inner_pad || int8send(at_batch) || int4send(g.slot)))
              AS nonce,
            coalesce(h.count, 0) AS count, coalesce(h.root, sha256('')) AS root
       FROM wanted w
       JOIN audit_batch b ON b.batch = at_batch
      CROSS JOIN audit_slot_key k
      CROSS JOIN LATERAL generate_series(0, b.slots - 1) AS g (slot)
       LEFT JOIN LATERAL (
            SELECT sh.count, sh.root FROM audit_slice_head sh
             WHERE sh.slot = g.slot AND sh.batch <= at_batch ORDER BY sh.batch DESC LIMIT 1
       ) h ON true
   )
   SELECT p.slot, p.own, CASE WHEN p.own THEN p.nonce END, CASE WHEN p.own THEN p.count END,
          CASE WHEN p.own THEN p.root END,
          sha256('\x0003'::bytea || p.nonce || int4send(p.slot) || int8send(p.count) || p.root)
     FROM places p ORDER BY p.slot $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['audit_entry', 'audit_audience', 'audit_pending', 'audit_leaf',
                           'audit_slice', 'audit_slice_head', 'audit_batch', 'audit_checkpoint',
                           'audit_slot_key', 'org_slot']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_all ON %I TO vitrine_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY sequencer_all ON %I TO vitrine_sequencer USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY whole ON %I FOR SELECT TO vitrine_web, vitrine_worker USING ((SELECT vitrine_side()) IN (''publisher'', ''system''))', t);
    EXECUTE format('GRANT SELECT ON %I TO vitrine_web, vitrine_worker, vitrine_sequencer', t);
    IF t <> 'audit_pending' THEN
      EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()', t);
    END IF;
  END LOOP;
END $$;

-- Entries may be written from any side: what is refused must be recorded too.
CREATE POLICY added ON audit_entry FOR INSERT TO vitrine_web, vitrine_worker WITH CHECK (true);
CREATE POLICY added ON audit_audience FOR INSERT TO vitrine_web, vitrine_worker WITH CHECK (true);
CREATE POLICY enrolled ON org_slot FOR INSERT TO vitrine_web, vitrine_worker
  WITH CHECK ((SELECT vitrine_side()) IN ('publisher', 'system'));
GRANT INSERT ON audit_entry, audit_audience, org_slot TO vitrine_web, vitrine_worker;

-- A reviewer organisation sees its own slice, and of the log what covers that slice.
CREATE POLICY own ON org_slot FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND slot = (SELECT vitrine_slot()));
CREATE POLICY own ON audit_audience FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND slot = (SELECT vitrine_slot()));
CREATE POLICY own ON audit_slice FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND slot = (SELECT vitrine_slot()));
CREATE POLICY own ON audit_slice_head FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND slot = (SELECT vitrine_slot()));
CREATE POLICY own ON audit_entry FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM audit_audience a
         WHERE a.entry_id = audit_entry.id AND a.slot = (SELECT vitrine_slot())));
CREATE POLICY own ON audit_leaf FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM audit_slice s
         WHERE s.leaf_index = audit_leaf.leaf_index AND s.slot = (SELECT vitrine_slot())));
CREATE POLICY own ON audit_batch FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM audit_slice_head h
         WHERE h.batch = audit_batch.batch AND h.slot = (SELECT vitrine_slot())));
CREATE POLICY own ON audit_checkpoint FOR SELECT TO vitrine_web, vitrine_worker
  USING (vitrine_side() = 'reviewer' AND EXISTS (SELECT 1 FROM audit_slice_head h
         WHERE h.batch = audit_checkpoint.batch AND h.slot = (SELECT vitrine_slot())));

-- The sequencer alone writes what is derived, and empties the queue.
GRANT INSERT ON audit_leaf, audit_slice, audit_slice_head, audit_batch, audit_checkpoint,
  audit_slot_key TO vitrine_sequencer;
GRANT DELETE ON audit_pending TO vitrine_sequencer;
REVOKE ALL ON FUNCTION vitrine_slots_of(text[]), vitrine_slot_evidence(bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vitrine_slots_of(text[]), vitrine_slot_evidence(bigint, text)
  TO vitrine_web, vitrine_worker;
