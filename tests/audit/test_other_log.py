"""A database that holds another log of the same length is not signed."""

from dataclasses import replace
from typing import Any

import pytest

from app.audit.sequencer import SignedBackwards
from app.audit.state import read_state, write_state


def test_other_leaves_of_the_same_number_are_not_signed(logged: Any) -> None:
    logged.fill()
    known = read_state(logged.state_path)
    assert known is not None
    assert known.intent is not None
    another = replace(known.intent, root=bytes(32))
    write_state(logged.state_path, replace(known, intent=another))
    logged.append(logged.entry())
    with pytest.raises(SignedBackwards, match=f"other {another.size} leaves were signed"):
        logged.another_sequencer().sequence_once()
    write_state(logged.state_path, known)
    assert logged.another_sequencer().sequence_once().first == another.size
