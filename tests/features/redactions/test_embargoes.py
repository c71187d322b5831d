"""Embargoes end by themselves, at their moment by the database's clock, and nothing else does."""

from datetime import timedelta

import pytest
import time_machine

from app.features.redactions.tasks import end_embargoes
from app.features.reports.tasks import build_editions
from app.kernel.clock import now
from tests.worlds.entries import entries, jobs
from tests.worlds.reports import LEG, SEC
from tests.worlds.shared import SharedWorld


def embargoed(world: SharedWorld, phrase_code: str, ends: str, *also: str) -> str:
    """Put the marks of one category under an embargo that ends at an SQL moment."""
    codes = ",".join(["EMB", *also])
    world.change(
        f"UPDATE redactions SET categories = '{{{codes}}}', expires_at = {ends}"
        " WHERE categories = ARRAY[:code]",
        code=phrase_code,
    )
    ((group,),) = world.rows("SELECT min(group_id) FROM redactions WHERE expires_at IS NOT NULL")
    return str(group)


def states(world: SharedWorld) -> set[tuple[str, ...]]:
    """Give (state, categories) of what has an end."""
    found = world.rows("SELECT state, categories FROM redactions WHERE expires_at IS NOT NULL")
    return {(str(state), *codes) for state, codes in found}  # type: ignore[misc]  # a list of codes


def test_an_embargo_ends_at_its_moment_and_not_before(shared: SharedWorld) -> None:
    embargoed(shared, "LEG", "now() + interval '1 hour'")
    end_embargoes(shared.worker, timestamp=0)
    assert states(shared) == {("in_force", "EMB")}
    assert entries(shared, action="redaction:embargo:end") == []
    before = len(jobs(shared))
    shared.change("UPDATE redactions SET expires_at = now() WHERE expires_at IS NOT NULL")
    end_embargoes(shared.worker, timestamp=0)
    assert states(shared) == {("lifted", "EMB")}
    (entry,) = entries(shared, action="redaction:embargo:end")
    assert (entry.outcome, entry.actor, entry.event) == ("done", "system:embargo", "EmbargoEnded")
    assert (entry.facts["from"], entry.facts["to"]) == (["EMB"], [])
    assert [name for name, _ in jobs(shared)[before:]] == ["reports.build_editions"]
    end_embargoes(shared.worker, timestamp=0)
    assert len(entries(shared, action="redaction:embargo:end")) == 1


def test_the_application_clock_ends_nothing(shared: SharedWorld) -> None:
    embargoed(shared, "LEG", "now() + interval '1 hour'")
    with time_machine.travel(now() + timedelta(days=4000)):
        end_embargoes(shared.worker, timestamp=0)
    assert states(shared) == {("in_force", "EMB")}


def test_readers_see_the_words_once_the_new_editions_are_built(shared: SharedWorld) -> None:
    # Organisation B lifts embargoes by its preset; take that away, so that it waits for the end.
    shared.change("UPDATE grants SET lifted = array_remove(lifted, 'EMB')")
    embargoed(shared, "LEG", "now() + interval '1 hour'")
    build_editions(shared.worker, version_id=shared.made.version_id)
    assert LEG not in " ".join(shared.words(shared.reviewer_b, 1))
    shared.change("UPDATE redactions SET expires_at = now() WHERE expires_at IS NOT NULL")
    end_embargoes(shared.worker, timestamp=0)
    build_editions(shared.worker, version_id=shared.made.version_id)
    assert LEG in " ".join(shared.words(shared.reviewer_b, 1))


def test_what_another_category_withholds_stays_withheld(shared: SharedWorld) -> None:
    embargoed(shared, "SEC", "now()", "SEC")
    end_embargoes(shared.worker, timestamp=0)
    assert states(shared) == {("in_force", "SEC")}
    build_editions(shared.worker, version_id=shared.made.version_id)
    words = " ".join(shared.words(shared.reviewer_b, 2))
    assert SEC not in words
    assert "All traffic passes" in words


@pytest.mark.parametrize("state", ["proposed", "refused", "withdrawn"])
def test_what_is_not_decided_for_is_left_alone(shared: SharedWorld, state: str) -> None:
    embargoed(shared, "LEG", "now()")
    shared.change("UPDATE redactions SET state = :s WHERE expires_at IS NOT NULL", s=state)
    end_embargoes(shared.worker, timestamp=0)
    assert states(shared) == {(state, "EMB")}


def test_without_an_embargo_an_end_means_nothing(shared: SharedWorld) -> None:
    shared.change("UPDATE redactions SET expires_at = now() WHERE categories = '{LEG}'")
    end_embargoes(shared.worker, timestamp=0)
    assert states(shared) == {("in_force", "LEG")}


def test_a_process_that_serves_pages_ends_none(shared: SharedWorld) -> None:
    embargoed(shared, "LEG", "now()")
    end_embargoes(shared.web, timestamp=0)  # row-level security shows it no redaction
    assert states(shared) == {("in_force", "EMB")}
