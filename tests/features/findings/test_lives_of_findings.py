"""Many lives of findings through the application: whatever people try, the rails hold.

A machine of people who act in any order. `VITRINE_LIVES` makes it try more.
"""

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.domain.findings import ENDED, MOVES, OUTWARD
from app.features.findings.tasks import route_finding
from tests.features.findings.situations import WRONG, filed, later_version, owned_by, state_of
from tests.world import Someone
from tests.worlds.doors import post_json
from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld

LIVES = int(os.environ.get("VITRINE_LIVES", "3"))
STATED = {"nothing_withheld": True}
ANSWERS = ("accepted", "clarified", "rejected", "out_of_scope")
ACTS: dict[str, dict[str, Any]] = {
    "ask-detail": {"question": "Which?", **STATED},
    "give-detail": {"detail": "This."},
    "decide": {"uphold": True},
    "confirm": {},
    "contest": {"reason": "No."},
    "withdraw": {},
    "moot": {"reason": "Gone."},
    "fix": {},
}
ASKERS_ACTS = {"give-detail", "confirm", "contest", "withdraw", "moot"}


class Lives(RuleBasedStateMachine):
    """Everybody tries everything on one finding."""

    world: SharedWorld
    version: str

    @initialize(owned=st.booleans())
    def file(self, owned: bool) -> None:
        self.world.change("DELETE FROM ownerships")
        if owned:
            owned_by(self.world, self.world.author)
        self.finding = filed(self.world)
        route_finding(self.world.worker, finding_id=self.finding)
        self.closed_by = ""

    @rule(
        act=st.sampled_from(sorted(ACTS)),
        who=st.sampled_from(("author", "coordinator", "approver", "reviewer_a", "reviewer_b")),
    )
    def act(self, act: str, who: str) -> None:
        more = {"version_id": self.version} if act == "fix" else {}
        self._try(self.world.people[who], act, {**ACTS[act], **more})

    @rule(answer=st.sampled_from(ANSWERS), who=st.sampled_from(("author", "coordinator")))
    def respond(self, answer: str, who: str) -> None:
        body = {"disposition": answer, "explanation": "So.", **STATED}
        self._try(self.world.people[who], "respond", body)

    @rule()
    def record_the_disagreement(self) -> None:
        self._try(self.world.reviewer_a, "contest", {"reason": "Still no.", "final": True})

    def _try(self, someone: Someone, act: str, body: dict[str, Any]) -> None:
        before = state_of(self.world, self.finding)
        answer = post_json(someone, f"/findings/{self.finding}/{act}", **body)
        after = state_of(self.world, self.finding)
        assert answer.status_code < 500
        if answer.status_code >= 400:
            assert after == before
            return
        assert act not in ASKERS_ACTS or someone is self.world.reviewer_a
        assert after == before or after in {moves.get(before) for moves in MOVES.values()}
        if after in ENDED:
            self.closed_by = someone.name

    @invariant()
    def only_the_asker_closes(self) -> None:
        state = state_of(self.world, self.finding)
        assert state in OUTWARD
        assert state not in ENDED or self.closed_by == self.world.reviewer_a.name

    @invariant()
    def the_reviewers_wording_never_changes(self) -> None:
        said = dict(
            self.world.rows(  # type: ignore[arg-type]
                "SELECT field, body FROM guarded_fields WHERE subject_id = :f"
                " AND field IN ('statement', 'correction')",
                f=self.finding,
            )
        )
        assert said == {name: WRONG[name] for name in ("statement", "correction")}

    def teardown(self) -> None:
        """It has an owner, or it lies in the coordinator's queue."""
        path = "/api/v1/findings/desk?whose=queue&show=all"
        queued = {row["id"] for row in self.world.coordinator.client.get(path).json()["rows"]}
        owned = self.world.rows(
            "SELECT author_id IS NOT NULL FROM findings WHERE id = :f", f=self.finding
        )
        assert owned == [(self.finding not in queued,)]


def test_every_life_of_a_finding_stays_on_the_rails(shared: SharedWorld) -> None:
    for someone in (shared.approver, shared.coordinator):
        grant_internally(shared, shared.made, someone)
    Lives.world, Lives.version = shared, later_version(shared)
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
