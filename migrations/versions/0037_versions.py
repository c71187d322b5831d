"""Versions beside each other: comparisons of editions, claims carried on, material changes.

A comparison is a function of two editions, so whoever may see both may see it, and nobody else:
the wall asks for the editions themselves. What is withheld in either cannot be in it.
"""

from alembic import op

revision = "0037_versions"
down_revision = "0036_positions"
branch_labels = None
depends_on = None

_TABLES = """
CREATE TABLE comparisons (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    earlier_id TEXT NOT NULL,
    old_edition_id TEXT NOT NULL,
    new_edition_id TEXT NOT NULL,
    old_state TEXT NOT NULL,
    new_state TEXT NOT NULL,
    whole BOOLEAN NOT NULL,
    runs JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_comparisons PRIMARY KEY (id),
    CONSTRAINT uq_comparisons_old_edition_id_new_edition_id
        UNIQUE (old_edition_id, new_edition_id),
    CONSTRAINT fk_comparisons_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_comparisons_earlier_id FOREIGN KEY (earlier_id) REFERENCES versions (id),
    CONSTRAINT fk_comparisons_old_edition_id FOREIGN KEY (old_edition_id) REFERENCES editions (id),
    CONSTRAINT fk_comparisons_new_edition_id FOREIGN KEY (new_edition_id) REFERENCES editions (id)
);
CREATE INDEX ix_comparisons_version_id ON comparisons (version_id);
CREATE INDEX ix_comparisons_earlier_id ON comparisons (earlier_id);
CREATE INDEX ix_comparisons_new_edition_id ON comparisons (new_edition_id);
CREATE TABLE compared_parts (
    comparison_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    old_id TEXT,
    new_id TEXT,
    standing TEXT NOT NULL,
    likeness DOUBLE PRECISION NOT NULL,
    page INTEGER,
    rects JSONB NOT NULL,
    new_places JSONB NOT NULL,
    CONSTRAINT pk_compared_parts PRIMARY KEY (comparison_id, kind, ordinal),
    CONSTRAINT fk_compared_parts_comparison_id FOREIGN KEY (comparison_id)
        REFERENCES comparisons (id)
);
CREATE TABLE claim_carries (
    id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    earlier_id TEXT NOT NULL,
    old_claim_id TEXT NOT NULL,
    claim_id TEXT,
    standing TEXT NOT NULL,
    together BOOLEAN NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_by TEXT,
    undone_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_claim_carries PRIMARY KEY (id),
    CONSTRAINT fk_claim_carries_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_claim_carries_earlier_id FOREIGN KEY (earlier_id) REFERENCES versions (id),
    CONSTRAINT fk_claim_carries_old_claim_id FOREIGN KEY (old_claim_id) REFERENCES claims (id),
    CONSTRAINT fk_claim_carries_claim_id FOREIGN KEY (claim_id) REFERENCES claims (id),
    CONSTRAINT fk_claim_carries_decided_by FOREIGN KEY (decided_by) REFERENCES people (id),
    CONSTRAINT fk_claim_carries_undone_by FOREIGN KEY (undone_by) REFERENCES people (id)
);
CREATE UNIQUE INDEX uq_claim_carries_standing ON claim_carries (version_id, old_claim_id)
    WHERE undone_at IS NULL;
CREATE INDEX ix_claim_carries_old_claim_id ON claim_carries (old_claim_id);
CREATE TABLE material_changes (
    id TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    version_id TEXT NOT NULL,
    earlier_id TEXT NOT NULL,
    review_id TEXT,
    organisation_id TEXT,
    material BOOLEAN NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_material_changes PRIMARY KEY (id),
    CONSTRAINT fk_material_changes_version_id FOREIGN KEY (version_id) REFERENCES versions (id),
    CONSTRAINT fk_material_changes_earlier_id FOREIGN KEY (earlier_id) REFERENCES versions (id),
    CONSTRAINT fk_material_changes_review_id FOREIGN KEY (review_id) REFERENCES reviews (id),
    CONSTRAINT fk_material_changes_organisation_id FOREIGN KEY (organisation_id)
        REFERENCES organisations (id),
    CONSTRAINT fk_material_changes_decided_by FOREIGN KEY (decided_by) REFERENCES people (id)
);
CREATE INDEX ix_material_changes_decision
    ON material_changes (version_id, earlier_id, decided_at);
CREATE INDEX ix_material_changes_review_id ON material_changes (review_id);
CREATE INDEX ix_material_changes_organisation_id ON material_changes (organisation_id);
"""
_WALLS = """
ALTER TABLE {0} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {0} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {0} TO vitrine_owner USING (true) WITH CHECK (true);
CREATE POLICY system_all ON {0} TO vitrine_worker
  USING (vitrine_side() = 'system') WITH CHECK (vitrine_side() = 'system');
CREATE POLICY seen ON {0} {2} TO vitrine_web, vitrine_worker USING ({1});
"""
_PUBLISHER = "vitrine_side() = 'publisher'"
_BOTH = (
    "EXISTS (SELECT 1 FROM editions e WHERE e.id = comparisons.old_edition_id)"
    " AND EXISTS (SELECT 1 FROM editions e WHERE e.id = comparisons.new_edition_id)"
)
# A claim that is withheld from an organisation does not exist for it, here neither.
_PART = (
    "EXISTS (SELECT 1 FROM comparisons c WHERE c.id = compared_parts.comparison_id)"
    " AND (compared_parts.kind <> 'claim'"
    "      OR EXISTS (SELECT 1 FROM claims c WHERE c.id = compared_parts.old_id))"
)
_TOLD = (
    f"{_PUBLISHER} OR (vitrine_side() = 'reviewer' AND material"
    " AND organisation_id = vitrine_organisation())"
)
_PRIVILEGES = """
GRANT SELECT ON comparisons, compared_parts TO vitrine_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON comparisons, compared_parts TO vitrine_worker;
GRANT SELECT, INSERT, UPDATE ON claim_carries TO vitrine_web, vitrine_worker;
GRANT SELECT, INSERT ON material_changes TO vitrine_web, vitrine_worker;
CREATE POLICY decided ON material_changes AS RESTRICTIVE FOR INSERT
  TO vitrine_web, vitrine_worker WITH CHECK (vitrine_side() IN ('publisher', 'system'));
"""


def upgrade() -> None:
    """Add the tables, each behind its wall."""
    bind = op.get_bind()
    bind.exec_driver_sql(_TABLES)
    for table, seen, reading in (
        ("comparisons", _BOTH, "FOR SELECT"),
        ("compared_parts", _PART, "FOR SELECT"),
        ("claim_carries", _PUBLISHER, ""),
        ("material_changes", _TOLD, ""),
    ):
        bind.exec_driver_sql(_WALLS.format(table, seen, reading))
    bind.exec_driver_sql(_PRIVILEGES)


def downgrade() -> None:
    """Take them out."""
    bind = op.get_bind()
    for table in ("material_changes", "claim_carries", "compared_parts", "comparisons"):
        bind.exec_driver_sql(f"DROP TABLE {table}")
