"""One rich installation for the matrix: every text, name and word in it is a canary of its own.

Here: the situation, made through the application as the persons whose acts they are; the owner's
role only renames people and organisations. Not here: who may see what (`table`).
"""

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import typst
from sqlalchemy import Connection, text

from app.installation import open_for_web, open_for_worker
from app.kernel.clock import now
from app.main import create_app
from app.web.session import COOKIE
from tests.database import Database, DatabaseServer
from tests.matrix.claims_marked import mark_claims
from tests.matrix.earlier_version import put_before
from tests.matrix.findings_talked import answer_findings, talk
from tests.matrix.packs_kept import keep_packs
from tests.matrix.parted_request import put_apart, texts_of
from tests.matrix.positions_kept import keep_positions
from tests.matrix.statements_kept import keep_statements
from tests.world import Someone, World, build_world, make_settings
from tests.worlds.reports import (
    ImportedVersion,
    grant_internally,
    imported_version,
    marked,
    settle,
)  # fmt: skip

WORDS = {  # a word of the report, and the categories of the redaction over it
    "PUBQUOKKA": (),
    "COMQUOKKA": ("COM",),
    "SECQUOKKA": ("SEC",),
    "SECWOMBAT": ("SEC",),  # stands in a title of the outline
    "PIIQUOKKA": ("PII",),
    "LEGQUOKKA": ("LEG",),
    "DUOQUOKKA": ("COM", "LEG"),  # stays black while any of its categories is withheld
}
PAGE = 2  # all of them stand on this page
EVIDENCE = """EVIDENCEOPEN begins
EVIDENCECOM costs
EVIDENCESEC runs
EVIDENCELEG is sealed
EVIDENCEEND
"""
SHARED_TITLE, UNSHARED_TITLE = "Report TITLESHARED", "Report TITLEUNSHARED"

_REPORT = """
#set page(width: 420pt, height: 560pt, margin: 56pt)
#set text(font: "Libertinus Serif", size: 11pt, hyphenate: false)
#set heading(numbering: none)
= Purpose
This report was written for outside reviewers and says what could go wrong.
#pagebreak()
= Systems of SECWOMBAT now
All traffic passes SECQUOKKA before the monitor PUBQUOKKA reads it.
The person who answers for it is PIIQUOKKA of the safety team.
A court has sealed LEGQUOKKA which is not discussed elsewhere.
The safeguards cost COMQUOKKA in the last year, by the contract DUOQUOKKA of that year.
"""
_DRAFT = """
#set page(width: 420pt, height: 560pt, margin: 56pt)
#set text(font: "Libertinus Serif", size: 11pt, hyphenate: false)
= Unpublished
#pagebreak()
Nobody has approved WORKQUOKKA yet.
"""


@cache
def report() -> bytes:
    """Give the report that is shared."""
    return bytes(typst.compile(_REPORT.encode()))


@cache
def unpublished() -> bytes:
    """Give the report that only its author has read."""
    return bytes(typst.compile(_DRAFT.encode()))


@dataclass
class CanaryWorld(World):
    """The installation with the ids of everything in it, by kind and a name of ours."""

    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    @cached_property
    def watching(self) -> Connection:
        """Watch with the owner's role: it sees each commit at once."""
        return self.owner.connect().execution_options(isolation_level="AUTOCOMMIT")

    def one(self, statement: str, **values: object) -> Any:
        """Read one value with the owner's role."""
        with self.owner.connect() as connection:
            return connection.execute(text(statement), values).scalar_one()


@dataclass
class Snapshot:
    """The situation as it was made, to be copied for each module."""

    database: Database
    folder: Path
    people: dict[str, Someone]
    organisations: dict[str, str]
    ids: dict[str, dict[str, str]]


def make_snapshot(database: Database, folder: Path) -> Snapshot:
    """Make the situation once."""
    world = build_world(make_settings(database, folder), database.owner)
    with database.owner.begin() as connection:
        connection.execute(
            text("UPDATE people SET name = 'NAMED ' || upper(split_part(email, '@', 1))")
        )
        connection.execute(text("UPDATE organisations SET name = 'HOUSE OF ' || code"))
    ids = _Making(world).everything()
    for engine in (world.web.engine, world.worker.engine, database.owner):
        engine.dispose()
    return Snapshot(database, folder, world.people, world.organisations, ids)


def copy_of(
    snapshot: Snapshot, server: DatabaseServer, label: str, folder: Path
) -> tuple[CanaryWorld, Database]:
    """Copy the situation into a database and a folder of its own."""
    database = server.clone(label, like=snapshot.database.name)
    shutil.copytree(snapshot.folder, folder)
    settings = make_settings(database, folder)
    web, worker = open_for_web(settings), open_for_worker(settings)
    made = CanaryWorld(
        web=web, worker=worker, application=create_app(settings, web), owner=database.owner,
        organisations=snapshot.organisations, people=snapshot.people, ids=dict(snapshot.ids),
    )  # fmt: skip
    for someone in made.people.values():
        someone.client = made.anonymous()
        someone.client.cookies.set(COOKIE, someone.token, domain="vitrine.test", path="/")
        someone.client.headers["X-Vitrine-CSRF"] = "1"
    return made, database


class _Making:
    """Makes the situation step by step, remembering ids."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ids: dict[str, dict[str, str]] = {}

    def everything(self) -> dict[str, dict[str, str]]:
        world = self.world
        self.shared = imported_version(world, content=report(), title=SHARED_TITLE)
        hidden = imported_version(world, content=unpublished(), title=UNSHARED_TITLE)
        self.ids["report"] = {"shared": self.shared.report_id, "unshared": hidden.report_id}
        self.ids["version"] = {"shared": self.shared.version_id, "unshared": hidden.version_id}
        self._attach(hidden, "EVIDENCEDRAFT line\n")
        self._redact_and_publish()
        self.ids["organisation"] = dict(world.organisations)
        self.ids["review"] = {
            code: self._review(code, preset)
            for code, preset in (("ORGA", "reviewer"), ("ORGB", "limited"), ("TEAM", "unredacted"))
        }
        for someone in (world.coordinator, world.approver):
            grant_internally(world, self.shared, someone)
        grant_internally(world, self.shared, world.internal_reader, "COM")
        settle(world)
        mark_claims(world, self.shared.version_id, self.ids)
        self._receipts()
        self._requests()
        self._findings()
        self._notes()
        for keep in (keep_packs, keep_positions, keep_statements):
            keep(world, self.ids)
        self._said_of_redactions()
        for who in ("reviewer_a", "reviewer_b"):
            path = f"/api/v1/versions/{self.shared.version_id}/search"
            self._get(world.people[who], path, q=f"SEARCHED-{who.upper()}")
        settle(world)
        self.ids["waiting"] = put_before(world, hidden.version_id, page=PAGE)
        return self.ids

    def _attach(self, made: ImportedVersion, lines: str) -> None:
        answer = self.world.author.client.post(
            f"/api/v1/versions/{made.version_id}/evidence-desk",
            data={"title": "EVIDENCETITLE", "kind": "text"},
            files={"file": ("EVIDENCEFILE.txt", lines.encode(), "text/plain")},
        )
        assert answer.status_code == 202, answer.text
        settle(self.world)

    def _mark_evidence(self, made: ImportedVersion) -> None:
        """Mark lines 2, 3 and 4 in one category each, decided already."""
        for line, code in ((2, "COM"), (3, "SEC"), (4, "LEG")):
            self._post(
                self.world.author,
                f"/api/v1/versions/{made.version_id}/redactions/evidence/E1",
                {
                    "places": [{"line_from": line, "line_to": line}],
                    "categories": [code],
                    "character": "Said below",
                    "justification": "Said below",
                },
            )
        with self.world.owner.begin() as connection:
            connection.execute(
                text(
                    "UPDATE redactions SET state = 'approved', decided_by = :by,"
                    " decided_at = now(), negative_statement = true WHERE evidence = 'E1'"
                ),
                {"by": self.world.approver.id},
            )

    def _redact_and_publish(self) -> None:
        world, made = self.world, self.shared
        self._attach(made, EVIDENCE)
        self._mark_evidence(made)
        for word, codes in WORDS.items():
            if codes:
                marked(world, made, word, *codes)
        with world.owner.begin() as connection:
            connection.execute(
                text(
                    # The helper calls a group by the very words.
                    "UPDATE redactions SET group_id = (SELECT min(r.id) FROM redactions r"
                    "  WHERE r.group_id = redactions.group_id),"
                    " decided_by = :second,"
                    " character = 'CHARACTER-' || categories[1],"
                    " justification = 'JUSTIFICATION-' || categories[1],"
                    " decision_reason = 'DECISIONREASON-' || categories[1]"
                ),
                {"second": world.coordinator.id},  # so that the approver may decide a challenge
            )
            connection.execute(
                text(
                    "INSERT INTO guarded_fields (id, subject_kind, subject_id, field, body,"
                    " version_id, sensitivity, side, shared, written_by, written_at)"
                    " SELECT 'fld_restricted', 'redaction', group_id, 'restricted_justification',"
                    " 'RESTRICTEDREASON', version_id, categories, 'publisher', false, proposed_by,"
                    " proposed_at FROM redactions WHERE categories = ARRAY['SEC'] LIMIT 1"
                )
            )
        owner = {"person_id": world.author.id}
        self._post(world.author, f"/api/v1/versions/{made.version_id}/owners", owner)
        self._post(world.coordinator, f"/api/v1/versions/{made.version_id}/publish")

    def _review(self, code: str, preset: str) -> str:
        world, window = self.world, _window()
        made = self._post(
            world.coordinator,
            "/api/v1/reviews",
            {
                "version_id": self.shared.version_id,
                "organisation_id": world.organisations[code],
                "type": "internal" if code == "TEAM" else "confirmation",
                "scope": f"SCOPE-{code}",
                "terms_title": f"TERMSTITLE-{code}",
                "terms_body": f"TERMSBODY-{code}",
                **window,
            },
        )
        review_id = str(made["id"])
        handling = "download" if code == "ORGA" else "view"
        purpose = f"GRANTPURPOSE-{code}"
        grant = {"preset": preset, "handling": handling, "purpose": purpose, **window}
        path = f"/api/v1/reviews/{review_id}/grants"
        granted = world.coordinator.client.post(path, json=grant)
        assert granted.status_code == 201, granted.text
        if preset == "unredacted":
            self._approve_grant(review_id)
        for someone in world.people.values():
            if someone.organisation_id == world.organisations[code]:
                terms = self._get(someone, f"/api/v1/reviews/{review_id}/terms")
                accepted = {"digest": terms["digest"]}
                self._post(someone, f"/api/v1/reviews/{review_id}/terms", accepted)
        return review_id

    def _approve_grant(self, review_id: str) -> None:
        with self.world.owner.connect() as connection:
            found = connection.execute(
                text("SELECT id FROM grants WHERE review_id = :id"), {"id": review_id}
            ).scalar_one()
        self._post(self.world.approver, f"/api/v1/grants/{found}/approve")

    def _receipts(self) -> None:
        for kind in ("receipt", "grant"):
            statement = (
                f"SELECT o.code, t.id FROM {kind}s t JOIN organisations o"
                " ON o.id = t.organisation_id WHERE t.review_id IS NOT NULL"
            )
            with self.world.owner.connect() as connection:
                rows = connection.execute(text(statement)).all()
            self.ids[kind] = {row.code: row.id for row in rows}
        assert set(self.ids["receipt"]) == set(self.ids["grant"]) == {"ORGA", "ORGB", "TEAM"}
        self._post(self.world.lead_a, f"/api/v1/receipts/{self.ids['receipt']['ORGA']}/acknowledge")

    # ---- requests

    def _requests(self) -> None:
        world = self.world
        made = self.ids["request"] = {
            tag: self._draft(world.reviewer_a, "ORGA", tag)
            for tag in ("DRAFT", "SUBMITTED", "PARTED", "CHECKED", "RELEASED")
        }
        made["BRELEASED"] = self._draft(world.reviewer_b, "ORGB", "BRELEASED")
        for tag in ("SUBMITTED", "PARTED", "CHECKED", "RELEASED"):
            self._act(world.lead_a, tag, "submit")
        self._act(world.lead_b, "BRELEASED", "submit")
        for tag in ("CHECKED", "RELEASED"):  # B's reaches the responder in B's own words
            self._act(world.coordinator, tag, "reworded", reworded=f"REWORDED-{tag}")
        who, safe = {"responder_id": world.responder.id}, {"nothing_withheld": True}
        for tag in ("CHECKED", "RELEASED", "BRELEASED"):
            self._act(world.coordinator, tag, "assignment", **who, **safe)
            self._act(world.coordinator, tag, "notes", note=f"NOTE-{tag}", **safe)
        for tag in ("CHECKED", "RELEASED", "BRELEASED"):
            self._act(world.responder, tag, "answer", answer=f"ANSWER-{tag}")
            self._act(world.responder, tag, "check")
        for tag in ("RELEASED", "BRELEASED"):
            self._act(world.approver, tag, "release", determination="full", nothing_withheld=True)
        self.ids |= put_apart(world, made["PARTED"])

    def _draft(self, someone: Someone, code: str, tag: str) -> str:
        body = {
            "review_id": self.ids["review"][code],
            "type": "explanation",
            **texts_of(tag),
            "expected_form": "short_text",
            # The first words of page 2 as this organisation reads it; A's hold withheld ones of B.
            "basis": {"kind": "passage", "page": 2, "words": [0, 7]},
        }
        return str(self._post(someone, "/api/v1/requests", body)["id"])

    def _act(self, someone: Someone, tag: str, act: str, **body: Any) -> None:
        self._post(someone, f"/api/v1/requests/{self.ids['request'][tag]}/{act}", body)

    def _findings(self) -> None:
        world = self.world
        made = self.ids["finding"] = {
            tag: self._file(world.reviewer_a, "ORGA", tag)
            for tag in ("ANSWERED", "CONTESTED", "REJECTING")
        }
        made["SLIP"] = self._file(world.reviewer_a, "ORGA", "SLIP", finding_class="H")
        made["BANSWERED"] = self._file(world.reviewer_b, "ORGB", "BANSWERED")
        settle(world)
        answer_findings(world, made)
        talk(world, self.ids)

    def _file(self, someone: Someone, code: str, tag: str, finding_class: str = "B") -> str:
        body = {
            "review_id": self.ids["review"][code],
            "page": 2,
            "word_from": 0,
            "word_to": 7,
            "finding_class": finding_class,
            "materiality": "claim",
            "statement": f"STATEMENT-{tag}",
            "correction": f"CORRECTION-{tag}",
            "evidence": f"EVIDENCE-{tag}",
        }
        return str(self._post(someone, "/api/v1/findings", body)["id"])

    # ---- notes

    def _notes(self) -> None:
        world, place = self.world, {"page": 2, "word_from": 0, "word_to": 7}
        path = f"/api/v1/versions/{self.shared.version_id}/notes"
        self.ids["note"] = {
            tag: str(self._post(someone, path, {**place, "text": f"NOTE-{tag}", **more})["id"])
            for tag, someone, more in (
                ("PRIVATE", world.lead_a, {}),
                ("COLLEAGUES", world.lead_a, {"shared": True}),
                ("INTERNAL", world.internal_reader, {}),
            )
        }

    # ---- what reviewers say of redactions

    def _said_of_redactions(self) -> None:
        world = self.world
        with world.owner.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT categories[1], id FROM redactions WHERE cardinality(categories) = 1"
                    " AND evidence IS NULL"
                )
            ).all()
        made = self.ids["redaction"] = {row[0]: row.id for row in rows}
        marks = dict.fromkeys(("scope", "reason", "balance", "materiality"), "fine")
        self.ids["assessment"] = {
            tag: self._post(
                world.reviewer_a,
                f"/api/v1/redactions/{made[code]}/assessment",
                {**marks, "note": f"JUDGEMENT-{tag}"},
            )["id"]
            for tag, code in (("DRAFT", "SEC"), ("SHARED", "LEG"))
        }
        self._post(world.lead_a, f"/api/v1/assessments/{self.ids['assessment']['SHARED']}/share")
        self.ids["challenge"] = {
            tag: self._post(
                world.people[who],
                f"/api/v1/redactions/{made[code]}/challenge",
                {"reason": f"CHALLENGE-{tag}"},
            )["id"]
            for tag, who, code in (
                ("OPEN", "reviewer_a", "PII"),
                ("UPHELD", "reviewer_a", "LEG"),
                ("BOPEN", "reviewer_b", "LEG"),
            )
        }
        self._post(
            world.approver,
            f"/api/v1/challenges/{self.ids['challenge']['UPHELD']}/decide",
            {"outcome": "uphold", "reason": "DECISION-UPHELD", "nothing_withheld": True},
        )

    def _post(self, someone: Someone, path: str, body: object = None) -> Any:
        answer = someone.client.post(path, json=body)
        assert answer.status_code in (200, 201, 204), (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def _get(self, someone: Someone, path: str, **query: str) -> Any:
        answer = someone.client.get(path, params=query)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()


def _window() -> dict[str, str]:
    return {
        "starts_at": (now() - timedelta(hours=1)).isoformat(),
        "ends_at": (now() + timedelta(days=30)).isoformat(),
    }
