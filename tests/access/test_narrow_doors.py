"""The corners of the door: what is missing, what nobody may, what comes without the right key."""

from dataclasses import replace
from typing import get_args

import pytest

from app.access.decide import may_all, require
from app.access.deposit import open_source, share_field, source_page
from app.access.facts import find_facts
from app.access.release import release, release_image
from app.access.released import ReleasedBox, ReleasedPage, ReleasedWord, quote_from
from app.domain.actions import Action
from app.domain.targets import INSTALLATION, Kind, PageRef, SearchRef, Target
from app.kernel.actor import ANONYMOUS, system_actor
from app.kernel.errors import Invalid, NotFound, ProgrammingFault, SignInNeeded
from app.transaction import begin
from tests.worlds.shared import SharedWorld


@pytest.fixture(scope="module")
def room(shared_room: SharedWorld) -> SharedWorld:
    """Give one world to the whole module, which only reads."""
    return shared_room


def test_what_is_missing_is_refused_in_a_batch_like_anything_else(room: SharedWorld) -> None:
    there, missing = Target("review", room.made.review_a), Target("review", "rev_none")
    with begin(room.web, room.reviewer_a.actor) as tx:
        asked = [(Action.READ_REVIEW, target) for target in (missing, there, missing)]
        assert may_all(tx, asked) == [False, True, False]


def test_nobody_signed_in_is_asked_to_sign_in_whatever_they_try(room: SharedWorld) -> None:
    targets = (INSTALLATION, Target("review", room.made.review_a), Target("review", "rev_none"))
    for target in targets:
        with pytest.raises(SignInNeeded), begin(room.web, ANONYMOUS) as tx:
            require(tx, Action.READ_REVIEW, target)


def test_a_text_that_is_not_there_is_neither_shared_nor_found(room: SharedWorld) -> None:
    with pytest.raises(NotFound), begin(room.web, room.reviewer_a.actor) as tx:
        share_field(tx, Target("request", "req_none"), field="question", narrowed_to=())


def test_a_process_without_the_key_opens_no_source(room: SharedWorld) -> None:
    """The control: the worker's process has the key, and the same call gives the file."""
    job = system_actor("ingest")
    keyless = replace(room.worker, sources=room.web.sources)
    with pytest.raises(ProgrammingFault, match="key"), begin(keyless, job) as tx:
        open_source(tx, room.made.version_id)
    with pytest.raises(NotFound), begin(room.web, job) as tx:  # nor may its role be a job
        open_source(tx, room.made.version_id)
    with begin(room.worker, job) as tx:
        assert open_source(tx, room.made.version_id).startswith(b"%PDF")


def test_a_source_page_that_is_not_there_is_not_found(room: SharedWorld) -> None:
    with begin(room.worker, system_actor("build")) as tx:
        assert source_page(tx, room.made.version_id, 1).words
        with pytest.raises(NotFound):
            source_page(tx, room.made.version_id, 99)


@pytest.mark.parametrize("phrase", ["", "  ", "x" * 501])
def test_nothing_or_too_much_is_no_phrase_to_search_for(room: SharedWorld, phrase: str) -> None:
    ref = SearchRef(version_id=room.made.version_id, phrase=phrase)
    with pytest.raises(Invalid), begin(room.web, room.reviewer_a.actor) as tx:
        release(tx, ref)


@pytest.mark.parametrize("page", [-1, 0, 5, 99, 10**6, 2**40])
def test_a_page_that_an_edition_has_not_is_not_found_as_words_or_as_image(
    room: SharedWorld, page: int
) -> None:
    ref = PageRef(version_id=room.made.version_id, page=page)
    for get in (release, release_image):
        with pytest.raises(NotFound), begin(room.web, room.reviewer_a.actor) as tx:
            get(tx, ref)
    with begin(room.web, room.reviewer_a.actor) as tx:
        assert release_image(tx, PageRef(version_id=room.made.version_id, page=4)).content


def _page(boxes: tuple[ReleasedBox, ...]) -> ReleasedPage:
    words = (ReleasedWord(text="before", x=0, y=0, w=10, h=10),
             ReleasedWord(text="after", x=60, y=0, w=10, h=10))  # fmt: skip
    return ReleasedPage(
        number=1, pages=1, width_px=100, height_px=10, width_pt=100.0, height_pt=10.0,
        words=words, boxes=boxes,
    )  # fmt: skip


def test_neighbouring_gaps_are_quoted_as_one_so_that_nobody_can_count() -> None:
    gaps = tuple(ReleasedBox(x=x, y=0, w=12, h=10, redaction_ids=()) for x in (12, 26, 40))
    line = ((0.0, 0.0, 100.0, 10.0),)
    assert quote_from(_page(gaps), line) == quote_from(_page(gaps[:1]), line) == "before █ after"
    assert quote_from(_page(()), line) == "before after"


def test_every_kind_of_thing_has_facts_and_a_missing_one_has_none(room: SharedWorld) -> None:
    always = {"category": Target("category", "SEC"), "installation": INSTALLATION}
    with begin(room.web, room.coordinator.actor) as tx:
        for kind in get_args(Kind):
            found = find_facts(tx, always.get(kind, Target(kind, f"{kind}_none")))
            assert (found is not None) is (kind in always), kind
