# Each target does its own set-up; a fresh machine needs Python 3.11 (with venv), make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# More than there are cores: many tests wait for a server or a screen.
TESTS = $(BIN)/python -m pytest -q --dist worksteal \
	-n $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) * 2 + 1)')
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME

.PHONY: demo test check kill-test lock clean

demo: $(VENV)/run.stamp
	@$(BIN)/retcon demo

test: $(VENV)/dev.stamp
	@$(TESTS) -m "not long"
	@$(TESTS) -m long

check: $(VENV)/dev.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/pyright

kill-test: $(VENV)/dev.stamp
	$(BIN)/python benchmarks/kills.py --kills 200

# The lock files name versions and hashes only. This is the one target that needs uv.
lock:
	uv pip compile -q pyproject.toml --group build --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --upgrade -o requirements.lock
	uv pip compile -q pyproject.toml --group build --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "retcon needs Python 3.11 or newer; name one with: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python has no venv here; install it (Debian, Ubuntu: apt install python3-venv) and run make again." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up (once) ..." >&2
	@$(BIN)/pip install -q --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Setting up for development (once) ..." >&2
	@$(BIN)/pip install -q --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@ $(VENV)/run.stamp
