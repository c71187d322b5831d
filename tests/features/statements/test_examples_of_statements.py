"""The examples of the commands about statements can be read back."""

import pytest
from pydantic import BaseModel

from app.features.statements import schemas
from app.features.statements.examples import EXAMPLES


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_command_that_can_be_given(name: str) -> None:
    model: type[BaseModel] = getattr(schemas, name)
    made = model.model_validate(EXAMPLES[name])
    assert made.model_dump(mode="json", exclude_unset=True) == EXAMPLES[name]
