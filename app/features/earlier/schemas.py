"""Views out: earlier answers that fit a new question."""

from datetime import date

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value that is made once; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EarlierRow(Frozen):
    """An earlier request of one's organisation that was answered."""

    request_id: str
    number: str
    question: str
    answer: str  # the latest released; empty where this reader is not cleared for it
    outcome: str | None
    released_on: date | None
    accepted: bool


class EarlierList(Frozen):
    """Earlier answers, best first."""

    phrase: str
    rows: tuple[EarlierRow, ...]
