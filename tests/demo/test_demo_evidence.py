"""The demo's evidence can be read in, and holds words that its report withholds."""

import pytest

from app.demo.evidence import ATTACHED, AttachedFile
from app.demo.report import REDACTIONS
from app.rendering.lines import KINDS
from app.rendering.reading_lines import read_lines


@pytest.mark.parametrize("item", ATTACHED, ids=lambda item: str(item.file_name))
def test_an_item_is_of_its_kind_and_has_something_to_withhold(item: AttachedFile) -> None:
    kind = next(one for one in KINDS if one == item.kind)
    assert len(read_lines(item.content, kind)) >= 5
    said = item.content.decode()
    phrases = [mark.phrase for mark in REDACTIONS if mark.phrase and mark.phrase in said]
    assert len(phrases) >= 3
