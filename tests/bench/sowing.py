"""Sow a real database with very many requests, by SQL: what a portal has after years of use.

200 organisations with a review each, 100,000 requests of which 1,000 are open, with parts, answers,
steps and texts. The texts are put together from sentences, so that words are as rare and as common
as in prose; one word in each thousandth request is there to be searched for.
"""

import random

from sqlalchemy import Engine, text

from tests.world import World
from tests.worlds.reports import SharedVersion

REQUESTS = 100_000
OPEN = 1_000
ORGANISATIONS = 200
RARE = "isthmus"
_WORDS = (
    "agent", "alert", "answer", "approval", "audit", "behaviour", "boundary", "capability",
    "claim", "code", "commit", "control", "credential", "data", "deployment", "detector",
    "drill", "escalation", "evaluation", "evidence", "exploit", "failure", "figure", "gate",
    "harm", "incident", "investigation", "isolation", "key", "log", "mitigation", "model",
    "monitor", "network", "night", "operator", "oversight", "page", "pathway", "permission",
    "person", "policy", "probe", "process", "prompt", "protocol", "record", "release",
    "report", "response", "review", "risk", "rollback", "run", "safeguard", "sample",
    "sandbox", "scale", "score", "secret", "server", "session", "shift", "signal", "source",
    "step", "storage", "system", "team", "test", "threshold", "tool", "trace", "training",
    "transcript", "trigger", "trust", "version", "watch", "weight", "window", "worker",
)  # fmt: skip
_STATES = {  # of the open ones, in hundredths
    "submitted": 15, "in_triage": 10, "assigned": 25, "in_progress": 20, "disclosure_check": 10,
    "needs_clarification": 8, "released": 10, "under_appeal": 2,
}  # fmt: skip

_ORGANISATIONS = """
INSERT INTO organisations SELECT (jsonb_populate_record(o, jsonb_build_object('id',
    'org_sown' || n, 'code', 'SOWN' || n, 'name', 'Institute ' || n))).*
  FROM organisations o, generate_series(1, CAST(:count AS int) - 1) n WHERE o.id = :like;
"""
_REVIEWS = """
INSERT INTO reviews SELECT (jsonb_populate_record(r, jsonb_build_object('id', 'rev_sown' || n,
    'organisation_id', 'org_sown' || n))).*
  FROM reviews r, generate_series(1, CAST(:count AS int) - 1) n WHERE r.id = :review;
"""
_TEAMS = """
INSERT INTO teams SELECT 'tea_sown' || n, 'Team ' || n, '{}', :by, now()
  FROM generate_series(1, 12) n;
"""
_PEOPLE = """
INSERT INTO people SELECT (jsonb_populate_record(p, jsonb_build_object('id', 'per_sown' || n,
    'name', 'Person ' || n, 'email', 'person' || n || '@sown.test'))).*
  FROM people p, generate_series(1, 40) n WHERE p.id = :by;
"""
_REQUESTS = """
INSERT INTO requests (id, number, alias, organisation_id, review_id, version_id, type, basis_kind,
    basis_page, expected_form, priority, state, state_since, due_on, triage_due_on, returns,
    drafted_by, created_at, submitted_at, closed_at)
SELECT 'req_sown' || n, 'RQ-' || CASE o WHEN 0 THEN 'ORGA' ELSE 'SOWN' || o END || '-'
           || lpad((10000 + n / :count)::text, 5, '0'), 'Q-s' || n,
       CASE o WHEN 0 THEN :like ELSE 'org_sown' || o END,
       CASE o WHEN 0 THEN :review ELSE 'rev_sown' || o END, :version,
       (ARRAY['explanation','document','data','interview','confirmation','access'])[1 + n % 6],
       'page', 1 + n % 60, (ARRAY['short_text','yes_or_no','table','file'])[1 + n % 4],
       (ARRAY['normal','normal','normal','normal','high','urgent'])[1 + (n / 7) % 6],
       CASE WHEN n > :requests - :open THEN (CAST(:states AS text[]))[1 + n % 100]
            ELSE (ARRAY['closed','closed','closed','closed','withdrawn'])[1 + n % 5] END,
       asked + interval '2 days', (asked + interval '9 days')::date,
       (asked + interval '1 day')::date, CASE WHEN n % 50 = 0 THEN 1 ELSE 0 END, :by, asked, asked,
       CASE WHEN n > :requests - :open THEN NULL ELSE asked + interval '9 days' END
  FROM (SELECT n, n % :count AS o,
               CASE WHEN n > :requests - :open
               THEN now() - ((:requests - n) % 14) * interval '1 day' - interval '3 hours'
               ELSE now() - interval '20 days' - (:requests - n) * interval '20 minutes'
               END AS asked
          FROM generate_series(1, CAST(:requests AS int)) n) s;
"""
_PARTS = """
INSERT INTO assignments (id, request_id, organisation_id, number, team_id, responder_id,
    assigned_by, worded, state, due_on, created_at)
SELECT 'asg' || substr(id, 4), id, :publisher, 1,
       CASE WHEN right(id, 1) <> '7' THEN 'tea_sown' || (1 + (hashtext(id) & 7)) END,
       CASE WHEN right(id, 1) = '3' THEN NULL
            WHEN abs(hashtext(id)) % 41 = 0 THEN :by ELSE 'per_sown' || abs(hashtext(id)) % 41 END,
       :by, false,
       CASE state WHEN 'assigned' THEN 'assigned' WHEN 'in_progress' THEN 'in_progress'
            WHEN 'disclosure_check' THEN 'in_check' ELSE 'released' END, due_on,
       submitted_at + interval '1 day'
  FROM requests WHERE id LIKE 'req_sown%'
   AND state NOT IN ('submitted', 'in_triage', 'needs_clarification', 'withdrawn');
"""
_ANSWERS = """
INSERT INTO answers (id, request_id, assignment_id, organisation_id, round, state, determination,
    category, drafted_by, drafted_at, released_by, released_at)
SELECT 'ans' || substr(r.id, 4) || 'r' || n, r.id, a.id, r.organisation_id, n,
       CASE WHEN r.state = 'disclosure_check' THEN 'in_check'
            WHEN n = 1 + r.returns AND r.state = 'closed' THEN 'accepted'
            WHEN n = 1 + r.returns THEN 'released' ELSE 'returned' END,
       (ARRAY['full','full','full','part','withheld','already_public'])
           [1 + (abs(hashtext(r.id)) % 6)],
       (ARRAY[NULL,NULL,NULL,'SEC','COM','PUBLIC'])[1 + (abs(hashtext(r.id)) % 6)],
       :by, r.submitted_at, :by, r.submitted_at + interval '4 days'
  FROM requests r JOIN assignments a ON a.request_id = r.id, generate_series(1, 1 + r.returns) n
 WHERE r.id LIKE 'req_sown%'
   AND r.state IN ('closed', 'released', 'under_appeal', 'disclosure_check');
"""
_STEPS = """
INSERT INTO stages (id, subject_kind, subject_id, name, stage, at, side, person_id, organisation_id,
    facts)
SELECT 'stg' || substr(r.id, 4) || s.n, 'request', r.id, s.name, s.stage,
       r.submitted_at + s.n * interval '11 hours', s.side, :by,
       CASE WHEN s.shared THEN r.organisation_id END,
       CASE WHEN s.name = 'RequestAssigned'
            THEN jsonb_build_object('assignment', a.id, 'team', a.team_id,
                                    'responder', a.responder_id)
            ELSE '{}' END
  FROM requests r LEFT JOIN assignments a ON a.request_id = r.id,
       (VALUES (0, 'RequestSubmitted', 'submitted', 'reviewer', true),
               (1, 'RequestTaken', 'in_triage', 'publisher', false),
               (2, 'RequestAssigned', 'assigned', 'publisher', false),
               (3, 'AnswerDrafted', 'in_progress', 'publisher', false),
               (4, 'AnswerSentToCheck', 'disclosure_check', 'publisher', false),
               (5, 'AnswerReleased', 'released', 'publisher', true),
               (6, 'AnswerAccepted', 'closed', 'reviewer', true)) AS s (
           n, name, stage, side, shared)
 WHERE r.id LIKE 'req_sown%' AND s.n <= CASE r.state WHEN 'submitted' THEN 0
       WHEN 'in_triage' THEN 1 WHEN 'needs_clarification' THEN 1 WHEN 'assigned' THEN 2
       WHEN 'in_progress' THEN 3
       WHEN 'disclosure_check' THEN 4 WHEN 'withdrawn' THEN 0 WHEN 'closed' THEN 6 ELSE 5 END;
"""
_TEXTS = """
INSERT INTO guarded_fields (id, subject_kind, subject_id, field, body, version_id, sensitivity,
    organisation_id, side, shared, written_by, written_at)
SELECT 'fld' || substr(r.id, 4) || f.name, 'request', r.id, f.name,
       (CAST(:sentences AS text[]))[1 + (hashtext(r.id || f.name) & 1023)] || ' '
       || (CAST(:sentences AS text[]))[1 + (hashtext(f.name || r.id) & 1023)]
       || CASE WHEN f.name = 'question' AND r.id LIKE '%000' THEN ' ' || :rare ELSE '' END,
       r.version_id, CASE WHEN f.name = 'question' AND right(r.id, 1) = '1' THEN ARRAY['SEC']
                          ELSE '{}'::text[] END,
       r.organisation_id, f.side, true, :by, r.submitted_at
  FROM requests r,
       (VALUES ('question', 'reviewer', ''), ('purpose', 'reviewer', ''),
               ('answer.1', 'publisher', 'closed')) AS f (name, side, needs)
 WHERE r.id LIKE 'req_sown%' AND (f.needs = '' OR r.state = f.needs);
"""


def sow(owner: Engine, world: World, version: SharedVersion) -> None:
    """Fill the database; its statistics are fresh afterwards, as after a night."""
    chance = random.Random(7)
    sentences = [" ".join(chance.choices(_WORDS, k=14)).capitalize() + "." for _ in range(1024)]
    values = {
        "count": ORGANISATIONS,
        "requests": REQUESTS,
        "open": OPEN,
        "like": world.organisations["ORGA"],
        "publisher": world.organisations["PUB"],
        "review": version.review_a,
        "version": version.version_id,
        "by": world.responder.id,
        "states": [state for state, share in _STATES.items() for _ in range(share)],
        "sentences": sentences,
        "rare": RARE,
    }
    with owner.begin() as connection:
        for statement in (
            *(
                _ORGANISATIONS,
                _REVIEWS,
                _TEAMS,
                _PEOPLE,
                _REQUESTS,
                _PARTS,
                _ANSWERS,
                _STEPS,
                _TEXTS,
            ),
        ):
            connection.execute(text(statement), values)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
