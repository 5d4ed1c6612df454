# Daily commands. `make` lists them.

VENV   ?= .venv
PYTHON ?= python3.11
BIN    := $(VENV)/bin
RUN    := PYTHONPATH=. $(BIN)/python -m

.DEFAULT_GOAL := help
.PHONY: help dev shim sanitize lint format types test bench build clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

dev: $(BIN)/python  ## make .venv with enactd, editable, and everything that tests need
	$(BIN)/python -m pip install --quiet --editable '.[test]'

shim: $(BIN)/python  ## compile hookshim/enact-hook; warnings are errors
	$(BIN)/python hookshim/build_shim.py --strict

sanitize: $(BIN)/python  ## test the shim with address and undefined behaviour checks
	ENACT_TEST_SANITIZED=1 $(RUN) pytest tests/hookshim -k 'compiled or not script'

lint: $(BIN)/python  ## style and imports: ruff, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=. $(BIN)/lint-imports

format: $(BIN)/python  ## let ruff put the source in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(BIN)/python  ## mypy, strict
	$(BIN)/mypy

test: $(BIN)/python  ## all tests; ARGS='tests/hookshim -k signal' for some
	$(RUN) pytest $(ARGS)

bench: $(BIN)/python  ## measure and compare with the budgets
	$(RUN) bench $(ARGS)

build: $(BIN)/python  ## sdist and wheel into dist/; a missing compiler is an error
	ENACT_HOOK_REQUIRE=1 $(BIN)/python -m build

clean:  ## remove what was built and cached; keeps .venv
	rm -rf build dist hookshim/enact-hook .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
