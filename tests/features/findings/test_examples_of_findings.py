"""The examples in the description of the JSON API are commands that it takes as they stand."""

import pytest

from app.features.findings import claw_back_schemas, filing_schemas, import_schemas, schemas
from app.features.findings.examples import EXAMPLES

MODULES = (schemas, claw_back_schemas, filing_schemas, import_schemas)
COMMANDS = {name: next(getattr(m, name) for m in MODULES if hasattr(m, name)) for name in EXAMPLES}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_taken_as_it_stands(name: str) -> None:
    made = COMMANDS[name].model_validate(EXAMPLES[name])
    assert made.model_dump(mode="json", exclude_unset=True) == EXAMPLES[name]
