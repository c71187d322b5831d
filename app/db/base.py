"""The declarative base of all tables, and the shared column types."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, MetaData, Text, any_, cast, literal
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables. Text ids (`kernel/ids`), times with zone, arrays of text, JSON as JSONB."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {
        str: Text(),
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text()),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        list[list[float]]: JSONB(),
    }


def one_of(column: Any, values: Iterable[str]) -> ColumnElement[bool]:
    """Say that a text column is one of some values, given as one parameter however many there are.

    A list of parameters makes each length a statement of its own, which is parsed anew each time.
    """
    found: ColumnElement[bool] = column == any_(cast(literal(sorted(set(values))), ARRAY(Text)))
    return found
