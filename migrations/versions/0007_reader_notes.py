"""Highlights and notes of readers, and the wall that keeps each with whoever wrote it."""

from alembic import op

revision = "0007_reader_notes"
down_revision = "0006_marks"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE reader_notes (
    id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    page INTEGER NOT NULL,
    rects JSONB NOT NULL,
    has_text BOOLEAN NOT NULL,
    shared BOOLEAN NOT NULL,
    kept_at TIMESTAMP WITH TIME ZONE NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    removed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_reader_notes PRIMARY KEY (id),
    CONSTRAINT fk_reader_notes_person_id FOREIGN KEY (person_id) REFERENCES people (id),
    CONSTRAINT fk_reader_notes_organisation_id
        FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_reader_notes_version_id FOREIGN KEY (version_id) REFERENCES versions (id)
);
CREATE INDEX ix_reader_notes_person_id ON reader_notes (person_id);
CREATE INDEX ix_reader_notes_organisation_id ON reader_notes (organisation_id);
CREATE INDEX ix_reader_notes_version_id_page ON reader_notes (version_id, page);

-- No side sees all of them, the worker's jobs included: nothing that they do needs one.
ALTER TABLE reader_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE reader_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON reader_notes TO vitrine_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON reader_notes TO vitrine_web;
GRANT SELECT ON reader_notes TO vitrine_worker;
CREATE POLICY seen ON reader_notes TO vitrine_web, vitrine_worker
  USING (vitrine_side() IN ('publisher', 'reviewer') AND organisation_id = vitrine_organisation()
         AND (person_id = vitrine_person()
              OR (vitrine_side() = 'reviewer' AND shared AND removed_at IS NULL)))
  WITH CHECK (organisation_id = vitrine_organisation() AND person_id = vitrine_person()
              AND (vitrine_side() = 'reviewer' OR (vitrine_side() = 'publisher' AND NOT shared)));

-- The text of a note is seen where the note is; this narrows what the other policies allow.
CREATE POLICY with_its_note ON guarded_fields AS RESTRICTIVE TO vitrine_web, vitrine_worker
  USING (subject_kind <> 'note'
         OR EXISTS (SELECT 1 FROM reader_notes n WHERE n.id = guarded_fields.subject_id))
  WITH CHECK (subject_kind <> 'note'
         OR EXISTS (SELECT 1 FROM reader_notes n WHERE n.id = guarded_fields.subject_id
                    AND n.person_id = vitrine_person()));
"""


def upgrade() -> None:
    """Create the table and its wall."""
    op.get_bind().exec_driver_sql(_TABLE.replace("%", "%%"))


def downgrade() -> None:
    """Drop them; the texts of notes would have nobody left who may see them."""
    bind = op.get_bind()
    bind.exec_driver_sql("DROP POLICY with_its_note ON guarded_fields")
    bind.exec_driver_sql("DELETE FROM guarded_fields WHERE subject_kind = 'note'")
    bind.exec_driver_sql("DROP TABLE reader_notes")
