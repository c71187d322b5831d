"""What the tests of redactions share with others."""

from tests.features.redactions.carried import (
    carried_snapshot as carried_snapshot,
)
from tests.features.redactions.carried import (
    two_versions as two_versions,
)
from tests.features.reports.test_reports_in_a_browser import site as site  # a fixture
