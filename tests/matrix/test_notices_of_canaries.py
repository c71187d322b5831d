"""No notice and no mail holds a canary that its reader may not see."""

from tests.matrix.canary_world import CanaryWorld
from tests.matrix.table import canaries as all_canaries

PAGES = ("/notices", "/notices?show=unread")


def test_no_inbox_holds_what_its_reader_may_not_see(canaries: CanaryWorld) -> None:
    table, leaks, told = all_canaries(canaries), [], set()
    for who, someone in canaries.people.items():
        for path in (*PAGES, *(f"/api/v1{page}" for page in PAGES)):
            answer = someone.client.get(path)
            assert answer.status_code == 200, (who, path)
            said = f"{dict(answer.headers)} {answer.text}"
            leaks += [(who, path, c.name) for c in table if who not in c.allowed and c.is_in(said)]
        if someone.client.get("/api/v1/notices").json()["total"]:
            told.add(who)
    assert leaks == []
    assert told >= {"coordinator", "approver", "responder", "author", "lead_a", "lead_b"}
