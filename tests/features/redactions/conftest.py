"""What the tests of redactions share with others."""

from tests.features.reports.test_reports_in_a_browser import site as site  # a fixture
