"""The examples of the description: each a command as it stands, and none missing."""

import inspect

import pytest

from app.features.requests import commands
from app.features.requests.examples import EXAMPLES
from app.kernel.values import Frozen
from tests.world import World

COMMANDS = {
    name: found
    for name, found in inspect.getmembers(commands, inspect.isclass)
    if issubclass(found, Frozen) and found.__module__ == commands.__name__ and name != "Basis"
}


def test_every_command_has_one() -> None:
    assert set(EXAMPLES) == set(COMMANDS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_can_be_sent_as_it_stands(name: str) -> None:
    made = COMMANDS[name].model_validate(EXAMPLES[name])
    assert made.model_dump(mode="json", exclude_unset=True) == EXAMPLES[name]


def test_they_stand_in_the_description(world: World) -> None:
    described = world.reviewer_a.client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert described["DraftRequest"]["examples"] == [EXAMPLES["DraftRequest"]]
