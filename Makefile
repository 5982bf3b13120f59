# Everything is run from here. `make help` lists the targets.
# Needs Python 3.11 or newer, git and make; the rest is installed into .venv, and by `make system` into the
# machine where it is Debian or Ubuntu and root or sudo is there.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
PACKAGES := web search todo menu freevm
MANIFESTS := pyproject.toml constraints.txt $(PACKAGES:%=packages/%/pyproject.toml)
EDITABLE := $(PACKAGES:%=-e packages/%) -e 'packages/search[meaning,mcp]'
# Compiled at once, so that no later start has to.
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python -c constraints.txt

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "hotdish needs Python 3.11 or newer, '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==0.13.*'

$(VENV)/.installed: $(MANIFESTS) | $(UV)
	@echo "Installing hotdish into $(VENV) ..." >&2
	@$(INSTALL) -e packages/web -e 'packages/search[meaning,mcp]'
	@touch $@

$(VENV)/.installed-all: $(MANIFESTS) | $(UV)
	@echo "Installing hotdish and its tools into $(VENV) ..." >&2
	@$(INSTALL) $(EDITABLE) --group dev
	@touch $@ $(VENV)/.installed

.PHONY: setup
setup: $(VENV)/.installed-all ## Install everything into .venv, start nothing

.PHONY: system
system: ## Install the system packages that the tests use (Debian and Ubuntu)
	@tools/install_system_packages.sh

.PHONY: run
run: $(VENV)/.installed ## Search Python's documentation on http://127.0.0.1:8000
	@$(BIN)/hotdish-search serve $(ARGS)

# Each package in a process of its own, as its users have it, two at a time.
SUITES := $(PACKAGES:%=suite-%) suite-house
RUN_SUITES := $(MAKE) --no-print-directory --jobs=2 --keep-going --output-sync=target $(SUITES)
PYTEST := $(BIN)/pytest

.PHONY: test
test: system $(VENV)/.installed-all ## Run all tests, with the servers and browsers they need
	@$(RUN_SUITES)

.PHONY: coverage
coverage: system $(VENV)/.installed-all ## Run all tests and report the branches they reach (SUITES=suite-web: of one package)
	@$(BIN)/coverage erase
	@$(RUN_SUITES) PYTEST='$(BIN)/coverage run --concurrency=$$(CONCURRENCY) -m pytest'
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

# SQLAlchemy runs drivers in greenlets. Elsewhere coverage must not follow them: it never ends when
# a thread does in a process that forks.
CONCURRENCY := thread
suite-web suite-search: CONCURRENCY := thread,greenlet

.PHONY: $(SUITES)
suite-house:
	@$(PYTEST) tests $(ARGS)

$(PACKAGES:%=suite-%): suite-%:
	@$(PYTEST) packages/$* $(ARGS)

.PHONY: test-fast
test-fast: $(VENV)/.installed-all ## Run the tests that take seconds
	@$(BIN)/pytest -m "not slow" $(ARGS)

.PHONY: check
check: $(VENV)/.installed-all ## Check format, lint, types and import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/.installed-all ## Format the code and repair what ruff can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: bench
bench: $(VENV)/.installed-all ## Run the benchmarks and write their tables into benchmarks/README.md
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: tune
tune: $(VENV)/.installed-all ## Fit the ranking's weights to judged queries and print the table
	@$(BIN)/python -m tools.tune $(ARGS)

.PHONY: pin
pin: | $(UV) ## Refresh constraints.txt with the newest versions that work together
	@$(UV) lock --quiet --upgrade
	@$(UV) export --quiet --frozen --all-packages --all-extras --all-groups --no-hashes --no-emit-workspace --no-annotate --no-header > constraints.txt
	@rm -f uv.lock
