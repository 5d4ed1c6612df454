# Daily commands. `make` lists them.

VENV   ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN    := $(VENV)/bin
OWN    := $(HOME)/.local/share/enactd
RUN    := PYTHONPATH=. $(BIN)/python -m

.DEFAULT_GOAL := help
.PHONY: help install uninstall dev shim sanitize fuzz lint format types test sweep proof bench docs build clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install:  ## install enactd for yourself, guard Claude Code, show it stopping real incidents
	umask 077 && mkdir -p $(OWN) $(HOME)/.local/bin && $(PYTHON) -m venv $(OWN)/venv
	$(OWN)/venv/bin/python -m pip install --quiet .
	ln -sf $(OWN)/venv/bin/enactctl $(OWN)/venv/bin/enactd $(HOME)/.local/bin/
	$(OWN)/venv/bin/enactctl init
	$(OWN)/venv/bin/enactctl demo

uninstall:  ## take hooks, daemon and program away; receipts stay
	$(OWN)/venv/bin/enactctl uninstall
	rm -rf $(OWN)/venv && rm -f $(HOME)/.local/bin/enactctl $(HOME)/.local/bin/enactd

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(BIN)/pytest: | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[test]'

dev: $(BIN)/python  ## make .venv with enactd, editable, and everything that tests need
	$(BIN)/python -m pip install --quiet --editable '.[test]'

shim: $(BIN)/python  ## compile hookshim/enact-hook; warnings are errors
	$(BIN)/python hookshim/build_shim.py --strict

sanitize: $(BIN)/python  ## test the shim with address and undefined behaviour checks
	ENACT_TEST_SANITIZED=1 $(RUN) pytest tests/hookshim -k 'compiled or not script'

fuzz: $(BIN)/pytest  ## property tests with twenty times as many inputs, new ones each time
	ENACT_FUZZ=20 $(RUN) pytest tests/enactd tests/hookshim/test_codec.py tests/reference $(ARGS)

lint: $(BIN)/python  ## style and imports: ruff, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=. $(BIN)/lint-imports

format: $(BIN)/python  ## let ruff put the source in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(BIN)/python  ## mypy, strict
	$(BIN)/mypy

test: $(BIN)/pytest  ## all tests; ARGS='tests/hookshim -k signal' for some
	$(RUN) pytest $(ARGS)

sweep: $(BIN)/pytest  ## a real agent with and without the gate, in worlds that can be harmed; ARGS='secrets' for some
	$(RUN) bench.chaos $(ARGS)

proof:  ## make every table of README.md and bench/README.md anew; says first what it needs
	@$(PYTHON) bench/prerequisites.py
	@$(MAKE) --no-print-directory $(BIN)/pytest
	$(RUN) bench.proof $(ARGS)

bench: $(BIN)/pytest  ## measure and compare with the budgets
	$(RUN) bench $(ARGS)

docs: $(BIN)/pytest  ## write the generated pages: policies/README.md, docs/incidents.md
	$(RUN) docs $(ARGS)

screenshots: $(BIN)/pytest  ## take the pictures in docs/images anew; needs chromium
	ENACTD_PICTURES=docs/images $(RUN) pytest tests/e2e/test_approval_pictures.py $(ARGS)

build: $(BIN)/python  ## sdist and wheel into dist/; a missing compiler is an error
	ENACT_HOOK_REQUIRE=1 $(BIN)/python -m build

clean:  ## remove what was built and cached; keeps .venv
	rm -rf build dist hookshim/enact-hook .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
