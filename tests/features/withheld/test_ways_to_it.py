"""From the reader to a challenge, and from the desk to the index and the record."""

import re

from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld


def test_who_may_challenge_a_redaction_gets_there_from_the_page(shared: SharedWorld) -> None:
    world = shared
    path = f"/versions/{world.made.version_id}/pages/1"
    for who in ("reviewer_a", "lead_b"):
        client = world.people[who].client
        links = re.findall(r'href="(/redactions/red_\w+)#challenge"', client.get(path).text)
        assert len(links) == 1, who
        assert 'id="challenge"' in client.get(links[0]).text
    grant_internally(world, world.made, world.internal_reader, "COM")
    inside = world.internal_reader.client.get(path)
    assert "Something of category LEG" in inside.text
    assert "#challenge" not in inside.text, "the publisher does not challenge itself"


def test_the_desk_leads_to_the_index_and_the_record_for_who_may_read_them(
    shared_room: SharedWorld,
) -> None:
    world = shared_room
    made = world.made
    desk, base = f"/reports/{made.report_id}/versions/{made.version_id}", "/withheld"
    index = f'href="/versions/{made.version_id}{base}"'
    record = f'href="/versions/{made.version_id}{base}/record"'
    for who in ("author", "coordinator", "auditor", "second_author"):
        client = world.people[who].client
        page = client.get(desk).text
        opens = {
            index: client.get(f"/versions/{made.version_id}{base}").status_code == 200,
            record: client.get(f"/versions/{made.version_id}{base}/record").status_code == 200,
        }
        assert {link: link in page for link in opens} == opens, who
    assert world.reviewer_a.client.get(desk).status_code == 404
