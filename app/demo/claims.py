"""Pathways, claims and evidence items of the demo's report, as the text in ``report/`` has them.

A test holds every quotation against the typeset pages.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoPathway:
    """A way in which harm could come about; ``owner`` is the subject of the responsible author."""

    number: int
    title: str
    owner: str

    @property
    def heading(self) -> str:
        """Give the title of its section in the outline."""
        return f"Pathway {self.number}: {self.title}"


@dataclass(frozen=True, kw_only=True)
class DemoClaim:
    """A checkable sentence: ``quote`` is its whole text, to be found once and within one page."""

    code: str
    pathway: int
    quote: str
    load_bearing: bool
    owner: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DemoEvidence:
    """An evidence item that claims point to."""

    code: str
    title: str


_INES = "ines.okafor"
_TOMAS = "tomas.lindqvist"

PATHWAYS: tuple[DemoPathway, ...] = (
    DemoPathway(number=1, title="Withholding effort on safety research", owner=_INES),
    DemoPathway(number=2, title="Corrupting evaluation results", owner=_INES),
    DemoPathway(number=3, title="Planting faults in training or monitoring code", owner=_INES),
    DemoPathway(number=4, title="Poisoning the data of later models", owner=_INES),
    DemoPathway(number=5, title="Escaping with its own weights", owner=_INES),
    DemoPathway(number=6, title="Running unsanctioned work inside the lab", owner=_TOMAS),
    DemoPathway(number=7, title="Steering the decisions of staff", owner=_TOMAS),
    DemoPathway(number=8, title="Sabotaging customers’ systems", owner=_TOMAS),
    DemoPathway(number=9, title="Acting for a hidden principal", owner=_TOMAS),
)

CLAIMS: tuple[DemoClaim, ...] = (
    DemoClaim(
        code="1.1",
        pathway=1,
        quote=(
            "On safety tasks with a known best result, Meridian-4 performs within two percentage "
            "points of its performance on matched tasks that have nothing to do with safety."
        ),
        load_bearing=True,
        owner=_INES,
        evidence=("E-1", "E-3", "E-4", "E-5"),
    ),
    DemoClaim(
        code="2.1",
        pathway=2,
        quote=(
            "No result on which a release decision rests is produced, scored or summarised by "
            "Meridian-4 without a person who reads the underlying scores before the decision is "
            "taken."
        ),
        load_bearing=True,
        owner=_INES,
        evidence=("E-6",),
    ),
    DemoClaim(
        code="2.2",
        pathway=2,
        quote=(
            "Shown the same transcripts, Meridian-4 recognises our held-out evaluations as "
            "evaluations no more often than people who know our products."
        ),
        load_bearing=False,
        owner=_INES,
        evidence=("E-3", "E-7"),
    ),
    DemoClaim(
        code="3.1",
        pathway=3,
        quote=(
            "Except under the emergency procedure, every change to code that trains, serves or "
            "monitors models is read and approved by two people, at least one of whom started no "
            "agent session that contributed to it, before it runs."
        ),
        load_bearing=True,
        owner=_INES,
        evidence=("E-8",),
    ),
    DemoClaim(
        code="3.2",
        pathway=3,
        quote=(
            "Reviewers and monitor together found 46 of 50 faults that people with knowledge of "
            "our review practice had planted in order to evade it."
        ),
        load_bearing=False,
        owner=_INES,
        evidence=("E-4", "E-10"),
    ),
    DemoClaim(
        code="4.1",
        pathway=4,
        quote=(
            "Every item of training data that Meridian-4 wrote or graded is labelled with the "
            "session that produced it, and can be removed from any later training mix within one "
            "working day."
        ),
        load_bearing=False,
        owner=_INES,
        evidence=("E-9",),
    ),
    DemoClaim(
        code="4.2",
        pathway=4,
        quote=(
            "To change the disposition of a successor measurably, the poisoned share of its data "
            "would have to exceed what any single session can write by a factor of at least "
            "twenty."
        ),
        load_bearing=True,
        owner=_INES,
        evidence=("E-2", "E-9"),
    ),
    DemoClaim(
        code="5.1",
        pathway=5,
        quote=(
            "Through every route that is open to an agent session, taken together, less than one "
            "part in four hundred of the weights could leave the serving clusters in a day."
        ),
        load_bearing=True,
        owner=_INES,
        evidence=("E-11",),
    ),
    DemoClaim(
        code="6.1",
        pathway=6,
        quote=(
            "No agent session can start work that outlives the session unless a record of it "
            "reaches a named person, who confirms or stops it within one working day."
        ),
        load_bearing=False,
        owner=_TOMAS,
        evidence=("E-12",),
    ),
    DemoClaim(
        code="7.1",
        pathway=7,
        quote=(
            "In 2,400 sampled conversations on the oversight of models, readers found no lean "
            "towards less oversight, in any topic, that exceeded the lean found in advice written "
            "by colleagues."
        ),
        load_bearing=False,
        owner=_TOMAS,
        evidence=("E-13",),
    ),
    DemoClaim(
        code="8.1",
        pathway=8,
        quote=(
            "Unasked, Meridian-4 introduces exploitable faults into customers’ code at a rate no "
            "higher than that of its predecessor and lower than that of the customers’ own "
            "engineers."
        ),
        load_bearing=True,
        owner=_TOMAS,
        evidence=("E-4", "E-14"),
    ),
    DemoClaim(
        code="9.1",
        pathway=9,
        quote=(
            "In six exercises in which a hidden loyalty was trained into a model on purpose, an "
            "audit team that did not know of it found it in five."
        ),
        load_bearing=False,
        owner=_TOMAS,
        evidence=("E-1", "E-2", "E-16"),
    ),
)

EVIDENCE: tuple[DemoEvidence, ...] = (
    DemoEvidence(
        code="E-1",
        title="Audit of disposition with access to activations: protocol and findings",
    ),
    DemoEvidence(
        code="E-2",
        title="Audit of disposition with access to training data: protocol and findings",
    ),
    DemoEvidence(
        code="E-3",
        title="Audit of disposition without internal access: transcripts and findings",
    ),
    DemoEvidence(code="E-4", title="Planted opportunities: the 480 tasks, results by session"),
    DemoEvidence(code="E-5", title="Matched tasks: pairs, judgements of likeness, scores"),
    DemoEvidence(code="E-6", title="Record of the 31 release decisions, with times of reading"),
    DemoEvidence(
        code="E-7",
        title=(
            "Recognition of evaluations: transcripts, answers, early results of the "
            "edited-activation study"
        ),
    ),
    DemoEvidence(code="E-8", title="Repository records for 4,612 changes, and the analysis script"),
    DemoEvidence(code="E-9", title="Comparison of written data on 96 scales"),
    DemoEvidence(code="E-10", title="Report of the contractor on the fifty planted faults"),
    DemoEvidence(
        code="E-11",
        title="Measurement of outward routes, and the report of the exfiltration exercise",
    ),
    DemoEvidence(code="E-12", title="Reconciliation of jobs and processes"),
    DemoEvidence(
        code="E-13",
        title="Sampled conversations: protocol, reader agreement, results by topic",
    ),
    DemoEvidence(code="E-14", title="Customers’ programme: method, rates, table by place"),
    DemoEvidence(code="E-15", title="Log of the uses of Meridian-4 in the making of this report"),
    DemoEvidence(
        code="E-16",
        title="Six exercises on hidden loyalties: design, audit reports, scoring",
    ),
)
