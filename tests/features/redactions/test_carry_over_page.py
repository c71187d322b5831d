"""The page of marks that wait: what it says, its forms, and the ways to it."""

from tests.features.redactions.carried import SEC, TwoVersions, carry_identical, carry_over, waiting
from tests.world import World
from tests.worlds.doors import post_form
from tests.worlds.reports import ImportedVersion, grant_internally

Both = tuple[World, TwoVersions]


def base(made: TwoVersions) -> str:
    """Give the page's address."""
    return f"/versions/{made.second.version_id}/carry-over"


def desk(made: TwoVersions) -> str:
    """Give the address of the second version's desk."""
    return f"/reports/{made.second.report_id}/versions/{made.second.version_id}"


def test_the_desk_offers_it_and_says_why_the_version_cannot_be_published(
    two_versions: Both,
) -> None:
    world, made = two_versions
    said = "Seven redactions of version 1 can be carried over."
    page = world.author.client.get(desk(made)).text
    assert said in page
    assert f'href="{base(made)}"' in page
    others = world.coordinator.client.get(desk(made)).text
    assert said in others
    assert base(made) not in others
    assert "An author or approver who reads both versions does it." in others
    assert "/publish" not in others


def test_the_editor_and_the_list_lead_to_it(two_versions: Both) -> None:
    world, made = two_versions
    path = f"/versions/{made.second.version_id}/redactions"
    for page in (path, f"{path}/pages/1"):
        assert f'href="{base(made)}"' in world.author.client.get(page).text


def test_identical_marks_are_one_form_and_the_others_one_each(two_versions: Both) -> None:
    world, made = two_versions
    page = world.author.client.get(base(made)).text
    assert "Seven redactions wait to be carried over" in page
    assert page.count('name="marks" value=') == 2
    assert page.count('name="mark" value=') == 2 * 4 + 1, "two forms each, one for what is gone"
    assert page.count('type="radio" name="places"') == 2, "several places: one is chosen"
    assert "Same words, other surroundings" in page
    (earlier,) = carry_over(world.author, made)["earlier"]
    ticked = [mark["id"] for mark in earlier["identical"]]
    sent = post_form(world.author, base(made), earlier=made.first.version_id, marks=ticked)
    assert sent.headers["location"] == f"{base(made)}?done=2"
    after = world.author.client.get(sent.headers["location"]).text
    assert "Two redactions carried over. They wait for a second person" in after
    assert "2 of 7" in after


def test_mistakes_are_said_where_they_were_made_and_nothing_typed_is_lost(
    two_versions: Both,
) -> None:
    world, made = two_versions
    author, found = world.author, waiting(world.author, made)
    none = post_form(author, base(made), earlier=made.first.version_id)
    assert (none.status_code, "Tick the redactions" in none.text) == (422, True)
    several = found[f"{SEC} 4"]["id"]
    unchosen = post_form(author, f"{base(made)}/mark", mark=several)
    assert (unchosen.status_code, "Choose where it goes." in unchosen.text) == (422, True)
    long = "x" * 2001
    wordy = post_form(author, f"{base(made)}/not-needed", mark=several, reason=long)
    assert (wordy.status_code, long in wordy.text) == (422, True)
    off = post_form(author, f"{base(made)}/mark", mark=several, places="9:60,60,200,80")
    assert (off.status_code, "The report has no such page." in off.text) == (422, True)
    assert carry_identical(author, made).status_code == 201
    late = post_form(
        author, base(made), earlier=made.first.version_id,
        marks=[found[f"{SEC} 2"]["id"]],
    )  # fmt: skip
    assert (late.status_code, "Somebody has settled this meanwhile." in late.text) == (409, True)


def test_a_reason_for_leaving_one_out_is_shown_to_who_may_read_its_place(
    two_versions: Both,
) -> None:
    world, made = two_versions
    other = world.people["second_author"]
    grant_internally(world, made.first, other, "COM")
    grant_internally(world, made.second, other)
    mark = waiting(world.author, made)[f"{SEC} 4"]["id"]
    why = "The gatehouse is named in the press."
    sent = post_form(world.author, f"{base(made)}/not-needed", mark=mark, reason=why)
    assert sent.status_code == 303
    page = world.author.client.get(base(made)).text
    assert why in page
    assert "Carry it over after all" in page
    hidden = other.client.get(base(made)).text
    assert why not in hidden
    assert "The reason is for those who may read what stood there." in hidden


def test_a_first_version_has_nothing_to_carry(
    imported_world: tuple[World, ImportedVersion],
) -> None:
    world, version = imported_world
    path = f"/versions/{version.version_id}/carry-over"
    page = world.author.client.get(path)
    assert page.status_code == 200
    assert "No redaction of an earlier version waits." in page.text
