"""The world of the tests of requests: what is measured is what was asked there."""

from tests.features.requests.conftest import version, world

__all__ = ["version", "world"]
