"""A world in which requests can be answered: coordinator and approver may read everything."""

import pytest

from tests.worlds.reports import grant_internally
from tests.worlds.shared import SharedWorld


@pytest.fixture
def world(shared: SharedWorld) -> SharedWorld:
    """Give a copy of the shared situation of its own to each test."""
    for someone in (shared.coordinator, shared.approver):
        grant_internally(shared, shared.made, someone)
    return shared
