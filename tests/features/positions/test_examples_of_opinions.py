"""The examples of the commands about positions, advice, assurances and keys can be read back."""

import pytest
from pydantic import BaseModel

from app.features.assurances import schemas as assurances
from app.features.positions import schemas as positions
from app.features.positions.examples import EXAMPLES
from app.features.recommendations import schemas as recommendations
from app.features.signing import schemas as signing

_PLACES = (assurances, positions, recommendations, signing)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_command_that_can_be_given(name: str) -> None:
    model: type[BaseModel] = next(getattr(place, name) for place in _PLACES if hasattr(place, name))
    made = model.model_validate(EXAMPLES[name])
    assert made.model_dump(mode="json", exclude_unset=True) == EXAMPLES[name]
