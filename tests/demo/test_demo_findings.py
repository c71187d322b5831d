"""The demo's findings: of several classes, in each state that somebody may want to look at."""

from collections import Counter

from app.demo.finding_scenes import DRAFT, SCENES
from app.demo.personas import PERSONAS
from app.demo.supporting import REGISTER
from app.demo.tour import FINDING
from app.domain.findings import EVIDENCE_NEEDED


def test_the_scenes_fit_the_people_and_the_register() -> None:
    reviewers = {one.subject for one in PERSONAS if {"reviewer", "lead"} & set(one.roles)}
    codes = {claim.code for claim in REGISTER}
    for scene in (*SCENES, DRAFT):
        assert scene.by in reviewers
        assert scene.claim in codes
        assert scene.evidence or scene.finding_class not in EVIDENCE_NEEDED
        assert bool(scene.answer) == bool(scene.disposition)
        assert not scene.after or scene.answer
        assert bool(scene.reason) == (scene.after == "contests")
    placed = Counter((scene.claim, scene.finding_class) for scene in (*SCENES, DRAFT))
    assert set(placed.values()) == {1}, "a scene is found again by its claim and class"


def test_the_scenes_leave_findings_in_several_states() -> None:
    after = Counter(scene.after or ("answered" if scene.answer else "waiting") for scene in SCENES)
    assert set(after) == {"confirms", "contests", "answered", "waiting"}
    classes = {scene.finding_class for scene in (*SCENES, DRAFT)} | {FINDING.finding_class}
    assert classes == {"A", "C", "D", "E", "F", "H"}
    agreed = [scene for scene in SCENES if scene.after == "confirms"]
    assert {scene.disposition for scene in agreed} <= {"accepted", "accepted_in_part"}
