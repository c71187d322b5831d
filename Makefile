# Everything a newcomer needs: `make run` to try it, `make test` to check it.
# Needs Python 3.11 or newer, make and a package index; everything else is fetched by its hash.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Every command is a handful of processes: without compiled modules each takes twice as long to start.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test test-slow sure cover bench shots lock clean

# The first of these that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
PARALLEL ?= auto
PYTEST := $(BIN)/python -m pytest

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make run obeys PORT, DATA_DIR, DEMO_REPORT and the DATABASE_…URL variables (README.md)."

run: $(VENV)/.run ## Start the demo: database, web, worker and sign-in; Ctrl-C stops all of it
	@exec $(BIN)/vitrine demo

test: $(VENV)/.dev ## Run the tests, in a real browser too; the features' take turns by commit
	@VITRINE_CHROMIUM="$$(.ci/chromium $(BIN)/python)" VITRINE_TURNS=1 \
		$(PYTEST) -n $(PARALLEL) --dist loadfile -m "not slow" $(ARGS)

test-slow: $(VENV)/.dev ## Run the tests that take minutes each, and all that take turns
	@VITRINE_CHROMIUM="$$(.ci/chromium $(BIN)/python)" VITRINE_WHOLE=1 \
		$(PYTEST) -m "slow or browser or turns" -o faulthandler_timeout=3600 $(ARGS)

sure: $(VENV)/.dev ## Check format, lint, types, import contracts, policies; then test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vitrine policies check
	@$(MAKE) --no-print-directory test

cover: $(VENV)/.dev ## Fail unless every branch of the narrow places has its test (tests/cover.ini)
	@$(PYTEST) -n $(PARALLEL) --dist loadfile -q -m "not slow and not browser" \
		--cov --cov-config=tests/cover.ini --cov-report=term $(COVERING) $(ARGS)
# What reaches them; the other folders would only take longer.
COVERING := tests/unit tests/access tests/audit tests/policies tests/features tests/runtime \
	tests/rendering/test_redact_command.py tests/rendering/test_leak_checker.py \
	tests/matrix/test_prefilter.py

bench: $(VENV)/.dev ## Measure speed as ratios; says pass or miss for each
	@$(BIN)/python -m tests.bench.main

shots: $(VENV)/.dev ## Take the README's screenshots anew
	@VITRINE_CHROMIUM="$$(.ci/chromium $(BIN)/python)" VITRINE_SHOTS=docs/images \
		$(PYTEST) -m browser tests/browser $(ARGS)

lock: $(UV) ## Resolve the dependencies anew and write the lock files
	$(UV) pip compile $(LOCKING) pyproject.toml -o requirements.lock
	$(UV) pip compile $(LOCKING) pyproject.toml --group dev -o requirements-dev.lock
	$(UV) pip compile $(LOCKING) pyproject.toml --extra ocr -o requirements-ocr.lock
	$(UV) pip compile $(LOCKING) --group build -c requirements.lock -o requirements-build.lock
LOCKING := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --upgrade

clean: ## Remove the environment and caches (never the data folder)
	rm -rf $(VENV) .uv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache \
		.hypothesis .coverage
	find app tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. `run` needs the plain lock, `test` the development one, which contains it.
$(VENV)/.run: requirements.lock | $(UV)
	@test -e $(VENV)/.dev -a $(VENV)/.dev -nt requirements.lock || \
		$(MAKE) --no-print-directory environment LOCK=requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(UV)
	@$(MAKE) --no-print-directory environment LOCK=requirements-dev.lock
	@touch $@

.PHONY: environment
environment:
	@echo "Preparing the environment from $(LOCK) …"
	@# Readable by the user that the bundled PostgreSQL runs as when root starts it.
	@umask 022; test -x $(BIN)/python || $(UV) venv --quiet --python "$(PYTHON)" $(VENV)
	@umask 022; $(UV) pip sync --quiet --python $(BIN)/python --require-hashes \
		--build-constraints requirements-build.lock $(LOCK)
	@# The program itself is not installed, it is found: nothing unlocked is needed to build it.
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), \
		"vitrine.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m app.cli.main "$$@"\n' > $(BIN)/vitrine
	@chmod 755 $(BIN)/vitrine

.uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Vitrine needs Python 3.11 or newer." >&2; exit 1; }
	@echo "Fetching uv, which installs the rest …"
	@"$(PYTHON)" -m venv .uv 2>/dev/null && .uv/bin/python -m pip install --quiet uv || { \
		rm -rf .uv; "$(PYTHON)" -m pip install --quiet --target .uv uv; } || { rm -rf .uv; \
		echo "Could not fetch uv: check the package index, or put uv on the PATH." >&2; exit 1; }
