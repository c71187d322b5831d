"""Two organisations open the same page and get different words and pixels of it."""

from sqlalchemy import text

from tests.world import World
from tests.worlds.reports import published_version_with_two_grants


def test_an_edition_is_built_for_each_distinct_audience(world: World) -> None:
    published_version_with_two_grants(world)
    with world.owner.connect() as connection:
        rows = connection.execute(text("SELECT state, pages, failure FROM versions")).all()
        editions = connection.execute(text("SELECT state, lifted FROM editions")).all()
    assert rows == [("published", 4, None)]
    assert {(state, tuple(lifted)) for state, lifted in editions} == {
        ("ready", ()),  # before anything was marked
        ("ready", ("COM", "PII", "SEC")),
        ("ready", ("COM",)),
    }
