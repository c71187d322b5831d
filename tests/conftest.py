"""What every test may ask for; each plugin says what it brings."""

pytest_plugins = ["tests.database", "tests.corpus", "tests.world"]
