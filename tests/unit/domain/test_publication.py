"""What a publication right asks for before a release; every combination, written out."""

import pytest

from app.domain.statements import MISSING, RIGHTS, RIGHTS_ASK, VERDICTS, Standing, missing

UNSHARED = Standing(shared=False)
OPEN = Standing(shared=True, open=True)
OVER = Standing(shared=True)
MARKED = Standing(shared=True, waiting=1)


@pytest.mark.parametrize(
    ("right", "standing", "lacks"),
    [
        ("none", UNSHARED, ()),
        ("none", MARKED, ()),
        ("confidentiality", UNSHARED, ("share",)),
        ("confidentiality", OPEN, ("window",)),
        ("confidentiality", MARKED, ("confidentiality",)),
        (
            "confidentiality",
            Standing(shared=True, open=True, waiting=2),
            ("window", "confidentiality"),
        ),
        ("confidentiality", OVER, ()),
        ("confidentiality", Standing(shared=True, differs=True), ()),
        ("approval", UNSHARED, ("share",)),
        ("approval", OVER, ("approval",)),
        ("approval", Standing(shared=True, verdict="no_more_comments"), ("approval",)),
        ("approval", Standing(shared=True, verdict="refused"), ("refused",)),
        ("approval", Standing(shared=True, verdict="approved"), ()),
        ("approval", Standing(shared=True, verdict="approved", differs=True), ("changed",)),
    ],
)
def test_a_right_asks_for_what_it_says(
    right: str, standing: Standing, lacks: tuple[str, ...]
) -> None:
    assert missing(right, standing) == lacks
    assert set(lacks) <= set(MISSING)


def test_each_right_and_verdict_has_its_words() -> None:
    assert set(RIGHTS) == set(RIGHTS_ASK)
    assert set(VERDICTS) == {"no_more_comments", "approved", "refused"}
