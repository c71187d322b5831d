"""What is said and done about the findings of the matrix, each word a canary of its own."""

from typing import Any

from tests.world import Someone, World
from tests.worlds.reports import settle

STATED = {"nothing_withheld": True}


def answer_findings(world: World, made: dict[str, str]) -> None:
    """Answer some as their author; one rejection waits, and one answer is contested."""
    for tag, disposition in (
        ("ANSWERED", "clarified"), ("CONTESTED", "clarified"), ("BANSWERED", "clarified"),
        ("REJECTING", "rejected"),
    ):  # fmt: skip
        body = {
            "disposition": disposition,
            "explanation": f"EXPLANATION-{tag}",
            "new_text": f"NEWTEXT-{tag}",
            **STATED,
        }
        _post(world.author, f"/api/v1/findings/{made[tag]}/respond", body)
    path = f"/api/v1/findings/{made['CONTESTED']}/contest"
    _post(world.reviewer_a, path, {"reason": "CONTEST-CONTESTED"})


def talk(world: World, ids: dict[str, dict[str, str]]) -> None:
    """Write on all sides in threads, ask for detail, and claw back after the slip."""
    finding = ids["finding"]
    ids["message"] = {}
    for who, tag, words, internal in (
        (world.lead_a, "ANSWERED", "THREAD-ASKERS", False),
        (world.reviewer_a, "ANSWERED", "THREADNOTE-ASKERS", True),
        (world.author, "ANSWERED", "THREAD-AUTHORS", False),
        (world.author, "ANSWERED", "THREADNOTE-AUTHORS", True),
        (world.coordinator, "SLIP", "THREAD-SLIP", False),
        (world.reviewer_b, "BANSWERED", "THREAD-B", False),
    ):
        body = {"body": words, "internal": internal, **STATED}
        made = _post(who, f"/api/v1/findings/{finding[tag]}/messages", body)
        if words == "THREAD-ASKERS":
            ids["message"]["ORGA"] = str(made["messages"][-1]["id"])
    _send_files(world, finding["ANSWERED"])
    path = f"/api/v1/findings/{finding['SLIP']}/claw-back"
    _post(world.coordinator, path, None)
    both = [world.organisations[code] for code in ("ORGA", "ORGB")]
    _post(world.coordinator, f"{path}/ask", {"organisations": both})
    ids["deletion"] = {
        code: str(lead.client.get("/api/v1/deletions").json()["rows"][0]["id"])
        for code, lead in (("ORGA", world.lead_a), ("BORG", world.lead_b))
    }


def _send_files(world: World, finding: str) -> None:
    """Send a file each way: one is given to the reviewers, one waits, one is their own."""
    path = f"/api/v1/findings/{finding}"
    for title in ("FILEGIVEN-AUTHORS", "FILEWAITS-AUTHORS"):
        sent = world.author.client.post(
            f"{path}/attachments",
            data={"title": title},
            files={"file": ("NAMEOFFILE.md", f"# {title}\n".encode(), "text/markdown")},
        )
        assert sent.status_code == 202, sent.text
    settle(world)
    given = {"attachment_id": str(sent.json()["items"][0]["id"])}
    _post(world.author, f"{path}/attachments/close", given)
    settle(world)
    body = {**given, "body": "FILEWORDS-AUTHORS", "hits_confirmed": True, **STATED}
    _post(world.approver, f"{path}/attachments/give", body)
    for title, internal in (("FILESENT-ASKERS", "false"), ("FILEKEPT-ASKERS", "true")):
        sent = world.reviewer_a.client.post(
            f"{path}/messages/with-file",
            data={"body": "See the file.", "file_title": title, "internal": internal},
            files={"file": ("NAMEOFFILE.csv", b"a,b\n", "text/csv")},
        )
        assert sent.status_code == 200, sent.text


def _post(someone: Someone, path: str, body: object) -> Any:
    answer = someone.client.post(path, json=body)
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
    return answer.json()
