"""Who may see which canary: written from PRODUCT.md, not from the code.

A persona that is not named here never sees the canary, on any route, in any part of an answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.matrix.canary_world import WORDS, CanaryWorld
from tests.matrix.claims_marked import SECRET_CODE
from tests.world import CAST

A, B, TEAM = {"lead_a", "reviewer_a"}, {"lead_b", "reviewer_b"}, {"stress_tester"}
OUTSIDE = A | B | TEAM
INSIDE = set(CAST) - OUTSIDE
AUTHORS = {"author", "second_author"}
OVERSEERS = {"coordinator", "approver", "auditor"}
READS_ALL = {"author", "coordinator", "approver"}  # by a grant that lifts everything
READS = OUTSIDE | READS_ALL | {"internal_reader"}  # by any grant; nobody reads by virtue of a role
WORKS_ON_REPORTS = AUTHORS | OVERSEERS
NOBODY: set[str] = set()
ANONYMOUS = "anonymous"

# The log names things by id to its reader: an organisation's own record what its people tried to
# open, the auditor's log each entry's object.
IN_THE_LOG = ("/record", "/api/v1/record", "/log", "/api/v1/log")


@dataclass(frozen=True)
class Canary:
    """What to search for, who may see it, and whether seeing it must leave an entry."""

    name: str
    sought: str  # as a word of its own
    allowed: frozenset[str]
    guarded: bool = False
    not_at: tuple[str, ...] = ()  # paths where not even `strangers` to the rule may see it
    but_at: tuple[str, ...] = ()  # those of them where they may
    strangers: frozenset[str] = frozenset()
    apart_from: tuple[str, ...] = ()

    def is_in(self, said: str) -> bool:
        """Say whether a text holds the canary as a word of its own."""
        if self.sought not in said:
            return False
        pattern = rf"(?<![A-Za-z0-9]){re.escape(self.sought)}(?![A-Za-z0-9])"
        return re.search(pattern, said) is not None


def canaries(world: CanaryWorld) -> list[Canary]:
    """Give every canary of the world with its line of the table."""
    return [
        *_words(),
        *_requests(),
        *_findings(),
        *_said_of_redactions(),
        *_reviews(),
        *_notes(),
        *_drafts(),
        *_packs(),
        *_said_of_claims(),
        *_names(world),
        *_people(world),
        *_objects(world),
    ]


def _canary(name: str, allowed: set[str], *, guarded: bool = False, sought: str = "") -> Canary:
    return Canary(name, sought or name, frozenset(allowed), guarded)


def _words() -> list[Canary]:
    """A redaction is withheld unless the grant lifts every one of its categories (section 5)."""
    reviewer = {"TPC", "IP", "COM", "SEC", "HAZ", "PII", "EVL", "EMB", "CMP"}
    limited = {"IP", "COM", "EMB", "CMP"}
    lifted = {"internal_reader": {"COM"}}
    for people, codes in ((A, reviewer), (B, limited), (TEAM | READS_ALL, {*reviewer, "LEG"})):
        lifted |= {who: set(codes) for who in people}
    assert set(lifted) == READS
    found = [
        _canary(word, {who for who in READS if set(codes) <= lifted[who]}, guarded=True)
        for word, codes in WORDS.items()
    ]
    return [
        *found,
        _canary("WORKQUOKKA", {"author"}, guarded=True),
        _canary("EVIDENCEOPEN", READS, guarded=True),
        *(
            _canary(f"EVIDENCE{code}", {who for who in READS if code in lifted[who]}, guarded=True)
            for code in ("COM", "SEC", "LEG")
        ),
        _canary("EVIDENCEDRAFT", {"author"}, guarded=True),
        # Of two marks of an earlier version that nobody has carried over yet.
        _canary("CHARACTER-WAITING", {"author"}),
        _canary("EVIDENCETITLE", READS | WORKS_ON_REPORTS),
        _canary("EVIDENCEFILE.txt", {"author", "auditor"}),
        _canary("RESTRICTEDREASON", READS_ALL, guarded=True),
        _canary("TITLESHARED", WORKS_ON_REPORTS | OUTSIDE | {"internal_reader", "responder"}),
        _canary("TITLEUNSHARED", WORKS_ON_REPORTS),
        *(
            _canary(f"{what}-{code}", allowed)
            for code in ("COM", "SEC", "PII", "LEG")
            for what, allowed in (
                ("CHARACTER", READS | {"auditor"}),
                ("JUSTIFICATION", READS | {"auditor"}),
                ("DECISIONREASON", READS_ALL | {"auditor"}),
            )
        ),
        _canary("SEARCHED-REVIEWER_A", A, guarded=True),
        _canary("SEARCHED-REVIEWER_B", B, guarded=True),
        _canary("report.pdf", {"author", "auditor"}),
        # Who works on a report sees all codes on its desk; others those of claims they can read.
        _canary(SECRET_CODE, READS_ALL | WORKS_ON_REPORTS),
        _canary("PATHWAYTITLE-GUARDED", READS_ALL | TEAM, guarded=True),
        _canary("EVIDENCENOTE-GUARDED", READS_ALL | TEAM, guarded=True),
    ]


def _requests() -> list[Canary]:
    """Texts inherit what their writer could see; notes and rewordings are the publisher's own."""
    cleared = {"coordinator", "approver"}  # hold every category that A's writers have lifted
    expert = {"responder"}
    table: dict[str, set[str]] = {
        "QUESTION-DRAFT": A,
        "PURPOSE-DRAFT": A,
        "QUESTION-SUBMITTED": A | cleared,
        "PURPOSE-SUBMITTED": A | cleared,
        "QUESTION-PARTED": A | cleared,
        "PURPOSE-PARTED": A | cleared,
        "PART-PARTED": OVERSEERS | expert,  # worded for a team
        "PART-OTHER": OVERSEERS | {"second_author"},
        "ADDRESS-ASKERS": A | OVERSEERS,  # who answers would learn from it who asks
        "NOTES-INSIDE": OVERSEERS | expert | {"second_author"},
        "NOTES-SIGNED": A | OVERSEERS | expert | {"second_author"},
        "NOTES-ASKERS": A,  # not signed yet
        "QUESTION-CHECKED": A | cleared,  # the expert reads the coordinator's words instead
        "PURPOSE-CHECKED": A | cleared,
        "REWORDED-CHECKED": OVERSEERS | expert,
        "NOTE-CHECKED": cleared | expert,
        "ANSWER-CHECKED": OVERSEERS | expert,  # not released yet
        "QUESTION-RELEASED": A | cleared,
        "PURPOSE-RELEASED": A | cleared,
        "REWORDED-RELEASED": OVERSEERS | expert,
        "NOTE-RELEASED": cleared | expert,
        "ANSWER-RELEASED": A | OVERSEERS | expert,
        "QUESTION-BRELEASED": B | OVERSEERS | expert,  # stated to hold nothing withheld
        "PURPOSE-BRELEASED": B | cleared,
        "NOTE-BRELEASED": cleared | expert,
        "ANSWER-BRELEASED": B | OVERSEERS | expert,
    }
    # What would do instead is read with the question; one's own reference leaves nobody.
    for name, allowed in [*table.items()]:
        if name.startswith("QUESTION-"):
            tag = name.removeprefix("QUESTION-")
            own = B if tag.startswith("B") else A
            table |= {f"SUBSTITUTE-{tag}": allowed, f"REFERENCE-{tag}": own}
    teams = [_canary(name, INSIDE) for name in ("CREW-MONITORING", "TOPIC-MONITORING")]
    rules = [_canary(f"{what}-MONITORING", OVERSEERS) for what in ("RULE", "RULEWORD")]
    return [
        *teams,
        *rules,
        *(_canary(name, allowed, guarded=True) for name, allowed in table.items()),
    ]


def _findings() -> list[Canary]:
    """A finding is its organisation's and the responsible, cleared author's; class H is not."""
    cleared, found = {"coordinator", "approver"}, []
    for part in ("STATEMENT", "CORRECTION", "EVIDENCE"):
        for tag, own in (("ANSWERED", A), ("CONTESTED", A), ("REJECTING", A), ("BANSWERED", B)):
            found.append(_canary(f"{part}-{tag}", own | cleared | {"author"}, guarded=True))
        found.append(_canary(f"{part}-SLIP", A | cleared, guarded=True))
    for part in ("EXPLANATION", "NEWTEXT"):
        for tag, own in (("ANSWERED", A), ("CONTESTED", A), ("BANSWERED", B)):
            found.append(_canary(f"{part}-{tag}", own | OVERSEERS | {"author"}, guarded=True))
        # Proposed, not decided: the organisation hears of a rejection once a second person agrees.
        found.append(_canary(f"{part}-REJECTING", cleared | {"author"}, guarded=True))
    inside = OVERSEERS | {"author"}
    talked: dict[str, set[str]] = {
        "CONTEST-CONTESTED": A | cleared | {"author"},
        "THREAD-ASKERS": A | cleared | {"author"},
        "THREADNOTE-ASKERS": A,  # among themselves
        "THREAD-AUTHORS": A | inside,  # stated to hold nothing withheld
        "THREADNOTE-AUTHORS": cleared | {"author"},
        "THREAD-SLIP": A | cleared,
        "THREAD-B": B | cleared | {"author"},
        "FILEWORDS-AUTHORS": A | inside,
        "FILESENT-ASKERS": A | cleared | {"author"},
        "FILEKEPT-ASKERS": A,
    }
    files = [_canary("FILEGIVEN-AUTHORS", A | inside), _canary("FILEWAITS-AUTHORS", inside)]
    return [*found, *files, *(_canary(name, who, guarded=True) for name, who in talked.items())]


def _said_of_redactions() -> list[Canary]:
    """A draft of an assessment is its organisation's own; a challenge is between it and us."""
    cleared = {"author", "approver", "coordinator"}
    return [
        _canary("JUDGEMENT-DRAFT", A, guarded=True),
        _canary("JUDGEMENT-SHARED", A | cleared, guarded=True),
        _canary("CHALLENGE-OPEN", A | cleared, guarded=True),
        _canary("CHALLENGE-UPHELD", A | cleared, guarded=True),
        _canary("CHALLENGE-BOPEN", B | cleared, guarded=True),
        _canary("DECISION-UPHELD", A | cleared | {"auditor"}, guarded=True),
    ]


def _reviews() -> list[Canary]:
    """Terms, scope and purpose are between the organisation and those who work on reports."""
    return [
        _canary(f"{what}-{code}", own | WORKS_ON_REPORTS)
        for code, own in (("ORGA", A), ("ORGB", B), ("TEAM", TEAM))
        for what in ("TERMSTITLE", "TERMSBODY", "SCOPE", "GRANTPURPOSE")
    ]


def _notes() -> list[Canary]:
    """A note is its writer's, or its organisation's; the publisher shares none within itself."""
    return [
        _canary("NOTE-PRIVATE", {"lead_a"}, guarded=True),
        _canary("NOTE-COLLEAGUES", A, guarded=True),
        _canary("NOTE-INTERNAL", {"internal_reader"}, guarded=True),
    ]


def _drafts() -> list[Canary]:
    """A draft is its writer's, and of whom that opened it to; what is filed goes as a finding."""
    cleared = A | {"coordinator", "approver", "author"}
    found = [_canary(f"DRAFTED-{tag}", who, guarded=True) for tag, who in _OF_DRAFTS.items()]
    found += [_canary(f"REFERENCE-{tag}", who, guarded=True) for tag, who in _OF_DRAFTS.items()]
    return [
        *found,
        _canary("FILETITLE-PRIVATE", {"lead_a"}, guarded=True),
        _canary("FILEBYTES-PRIVATE", {"lead_a"}, guarded=True),
        _canary("FILETITLE-FILED", cleared, guarded=True),
        _canary("FILEBYTES-FILED", cleared, guarded=True),
    ]


_OF_DRAFTS: Mapping[str, set[str]] = {
    "PRIVATE": {"lead_a"}, "OPENED": A, "FILED": A | {"coordinator", "approver", "author"},
}  # fmt: skip


def _packs() -> list[Canary]:
    """A pack is its organisation's; the publisher's is its writer's until it is offered."""
    return [
        _canary(f"{what}-{tag}", allowed, guarded=True)
        for tag, allowed in _OF_PACKS.items()
        for what in ("PACKTITLE", "PACKQUESTION")
    ]


_OF_PACKS: Mapping[str, set[str]] = {
    "ORGA": A, "ORGB": B, "PUB": {"coordinator"}, "OFFERED": OUTSIDE | OVERSEERS,
}  # fmt: skip


def _said_of_claims() -> list[Canary]:
    """Positions and advice are their organisation's until given; assurances the publisher's."""
    cleared = {"coordinator", "approver"}  # hold every category that A's writers have lifted
    authors = {"author"}
    table = {
        "POSITION-DRAFT": A,
        "POSITION-RELEASED": A | cleared | authors,
        "POSITION-BRELEASED": B | cleared | authors,
        "ADVICE-DRAFT": A,
        "ADVICE-FILED": A | cleared | authors,
        "ADVICE-BFILED": B | cleared | authors,
        "RESPONSE-FILED": A | OVERSEERS | AUTHORS,
    }
    # A draft as it was shared asks for its writers' categories; what was released, for none.
    table |= {
        "OPINION-DRAFT": A,
        "OPINION-SHARED": A | cleared | authors,
        "REMARK-SHARED": A | cleared | authors,
        "OPINION-BRELEASED": B | OVERSEERS | authors,
        "OPINION-BDRAFT": B,
        "UPLOAD-SHARED": A | cleared | authors,
        "UPLOAD-BDRAFT": B,
    }
    for what in ("ASSURANCE", "COVERS"):
        table |= {
            f"{what}-OPEN": cleared,
            f"{what}-GIVEN": A | OVERSEERS,
            f"{what}-BGIVEN": B | OVERSEERS,
        }
    own_key = _canary("KEYLABEL", {"approver"})
    return [own_key, *(_canary(name, who, guarded=True) for name, who in table.items())]


def _names(world: CanaryWorld) -> list[Canary]:
    """Organisations cannot sense each other; the expert and the author do not learn who asks."""
    found = []
    for code, own in (("ORGA", A), ("ORGB", B), ("TEAM", TEAM)):
        allowed = frozenset(own | WORKS_ON_REPORTS | {"administrator"})
        for name in (code, world.organisations[code]):
            found.append(
                Canary(
                    name=f"{code} as {name}",
                    sought=name,
                    allowed=allowed,
                    # An author sees a finding's organisation only if the organisation allows it.
                    not_at=(
                        "/findings",
                        "/api/v1/findings",
                        "/versions",
                        "/api/v1/versions",
                        "/challenges",
                        "/api/v1/challenges",
                        "/recommendations",
                        "/api/v1/recommendations",
                    ),
                    # Who works on a version knows for whom its editions are built.
                    # and whoever looks through an organisation's eyes has chosen whose.
                    but_at=(
                        "/api/v1/versions/{version_id}/desk",
                        *(
                            f"{api}/versions/{{version_id}}/as/{{organisation_id}}{rest}"
                            for api in ("", "/api/v1")
                            for rest in ("", "/pages/{number}", "/evidence/{code}")
                        ),
                    ),
                    strangers=frozenset(AUTHORS),
                )
            )
    return found


def _people(world: CanaryWorld) -> list[Canary]:
    """Internal names stay internal; so do the people of each organisation."""
    found = []
    for who, someone in world.people.items():
        own = {name for name, other in world.people.items()
               if other.organisation_id == someone.organisation_id}  # fmt: skip
        watching = OVERSEERS | {"administrator"} if who in OUTSIDE else INSIDE
        # The review's undertakings name who accepted the terms, to those who look after reviews.
        accepted = AUTHORS if who in OUTSIDE else NOBODY
        for name in (f"NAMED {who.upper()}", f"{who}@example.test", someone.id):
            found.append(_canary(name, own | watching | accepted))
    found = [one for one in found if one.name != "NAMED APPROVER"]
    # Who signs an assurance is named in it, to those whom it is given, and where their own process
    # appendix lists what they were given, taken along as well; nowhere else.
    given = ("/assurances/{assurance_id}", "/assurances/{assurance_id}/statement.json")
    listed = (
        *("/reviews/{review_id}/statement/appendix", "/statements/{statement_id}/appendix"),
        "/reviews/{review_id}/statement/appendix/{form}",
        *("/statements/{statement_id}/draft/{form}", "/statements/{statement_id}/files/{form}"),
        *("/our-work", "/our-work/export.json"),
    )
    signatory = Canary(
        name="NAMED APPROVER",
        sought="NAMED APPROVER",
        allowed=frozenset(INSIDE | A | B),
        not_at=("/",),
        but_at=(*given, f"/api/v1{given[0]}", *listed, *(f"/api/v1{path}" for path in listed)),
        strangers=frozenset(A | B),
    )
    return [*found, signatory]


def _objects(world: CanaryWorld) -> list[Canary]:
    """Ids of things that a person must not even know to exist."""
    owners = {"ORGA": A, "ORGB": B, "TEAM": TEAM, "PUB": NOBODY}
    found = []
    for kind in ("review", "receipt", "grant"):
        for code, identity in world.ids[kind].items():
            found.append(_canary(identity, owners[code] | WORKS_ON_REPORTS))
    for kind, readers in (
        ("request", OVERSEERS | {"responder"}),
        ("finding", OVERSEERS | {"author"}),
        ("deletion", OVERSEERS),
        ("assessment", OVERSEERS | {"author"}),
        ("challenge", OVERSEERS | {"author"}),
        ("recommendation", OVERSEERS | AUTHORS),
        ("assurance", OVERSEERS),
        ("statement", OVERSEERS | {"author"}),
    ):
        for tag, identity in world.ids[kind].items():
            draft = tag in ("DRAFT", "BDRAFT")
            own = B if tag.startswith("B") else A
            parts = {"second_author"} if tag == "PARTED" else NOBODY
            found.append(_canary(identity, own | (NOBODY if draft else readers | parts)))
    for tag, allowed in _OF_PACKS.items():
        found.append(_canary(world.ids["pack"][tag], allowed))
    found.append(_canary(world.ids["run"]["ORGA"], A))
    for tag, allowed in (
        ("PRIVATE", {"lead_a"}), ("COLLEAGUES", A), ("INTERNAL", {"internal_reader"}),
    ):  # fmt: skip
        found.append(_canary(world.ids["note"][tag], set(allowed)))
    found.append(_canary(world.ids["version"]["unshared"], INSIDE - {"responder"}))
    found.append(_canary(world.ids["report"]["unshared"], INSIDE - {"responder"}))
    return [Canary(c.name, c.sought, c.allowed, apart_from=IN_THE_LOG) for c in found]
