"""Two walls as functions, so that a statement is not planned with all that stands behind them.

A policy is written into every statement on its table. What an organisation wrote of an ended claim,
and which part of a version a text belongs to, were looked up in the policies themselves: whoever
read one guarded text had a dozen tables planned along, which took longer than the reading. A
function with a query in it is not written into the statement; it asks as the role that calls it,
behind the same walls, and only where what stands before it holds.

What was merged into a finding is looked for whenever one is opened: by an index from now on.
"""

from alembic import op

revision = "0043_light_walls"
down_revision = "0042_publication"
branch_labels = None
depends_on = None

_WROTE = """EXISTS (SELECT 1 FROM findings f WHERE f.claim_id = {claim})
              OR EXISTS (SELECT 1 FROM finding_drafts d WHERE d.claim_id = {claim})
              OR EXISTS (SELECT 1 FROM requests r
                          WHERE r.basis_kind = 'claim' AND r.basis_id = {claim})
              OR EXISTS (SELECT 1 FROM positions p WHERE p.claim_id = {claim})
              OR EXISTS (SELECT 1 FROM released_positions p WHERE p.claim_id = {claim})
              OR EXISTS (SELECT 1 FROM recommendations r WHERE {claim} = ANY (r.claim_ids))"""
_PART = """(EXISTS (SELECT 1 FROM claims c WHERE c.id = {part})
              OR EXISTS (SELECT 1 FROM pathways p WHERE p.id = {part}))
         AND (NOT starts_with({name}, 'evidence.') OR EXISTS (
                SELECT 1 FROM claim_evidence e WHERE e.claim_id = {part}
                   AND 'evidence.' || e.item_id = {name}))"""
_FUNCTIONS = f"""
CREATE FUNCTION vitrine_wrote_of(of_claim text) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT {_WROTE.format(claim="of_claim")} $$;
CREATE FUNCTION vitrine_sees_part(of_part text, named text) RETURNS boolean LANGUAGE sql STABLE AS
$$ SELECT {_PART.format(part="of_part", name="named")} $$;
"""
_WALLS = """
ALTER POLICY kept ON claims
  USING (vitrine_side() = 'reviewer' AND ended_at IS NOT NULL AND ({wrote})
         AND vitrine_shows(version_id, page, rects, vitrine_lifted(version_id)));
ALTER POLICY parts ON guarded_fields
  USING (vitrine_side() = 'reviewer' AND subject_kind IN ('pathway', 'claim')
         AND side = 'publisher' AND shared AND sensitivity <@ vitrine_lifted(version_id)
         AND {part});
"""
_BEFORE = _WALLS.format(
    wrote=_WROTE.format(claim="claims.id"),
    part=_PART.format(part="guarded_fields.subject_id", name="field"),
)


def upgrade() -> None:
    """Have the two walls ask functions."""
    op.get_bind().exec_driver_sql(_FUNCTIONS)
    light = _WALLS.format(wrote="vitrine_wrote_of(id)", part="vitrine_sees_part(subject_id, field)")
    op.get_bind().exec_driver_sql(light)
    op.get_bind().exec_driver_sql(
        "CREATE INDEX ix_findings_merged_into ON findings (merged_into)"
        " WHERE merged_into IS NOT NULL"
    )


def downgrade() -> None:
    """Have them look for themselves again."""
    op.get_bind().exec_driver_sql("DROP INDEX ix_findings_merged_into")
    op.get_bind().exec_driver_sql(_BEFORE)
    op.get_bind().exec_driver_sql(
        "DROP FUNCTION vitrine_wrote_of(text); DROP FUNCTION vitrine_sees_part(text, text)"
    )
