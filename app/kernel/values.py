"""Values: commands that come in, and views that go out."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value that is made once; unknown names are refused, so nothing slips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")
