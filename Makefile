# `make` alone prints what there is to do. Stamps keep what is done already from being done again.

VENV := .venv
PYTHON := $(VENV)/bin/python
DONE := $(VENV)/.done
CATALOGUES := $(wildcard tracker/translations/*/*/LC_MESSAGES/messages.po)
STATIC := $(shell find static -path static/build -prune -o -type f -print 2>/dev/null)
CORES ?= 2
WORKERS ?= 4 # test processes: with three, a quarter of the cores lay idle; one of them mostly waits (tests/support/turns.py)
SIZE = $(if $(N),--targets $(N))

# What is compiled once is not compiled anew by every process, whatever the machine's own wish.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check format faults bench mutants assets lock audit clean catalogues setup-dev checked fetched style types contracts pages

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: $(DONE)/run catalogues assets ## make .venv with the command .venv/bin/tracker, and build the front end

run: setup ## start the demo (web and scheduler) and print its address
	@exec $(VENV)/bin/tracker serve

test: checked ## everything: check, integration on SQLite and PostgreSQL, jobs, browser
	$(PYTHON) -m pytest -q -n $(WORKERS) $$(sh tools/left_out.sh)

check: checked ## quick: style, types, order of imports, templates, catalogues, unit tests
	$(PYTHON) -m pytest -q tests/unit tests/architecture

format: setup-dev ## put code into the form that check asks for
	$(VENV)/bin/ruff check --fix --quiet .
	$(VENV)/bin/ruff format .

faults: setup setup-dev ## faults in their long form: outages of half a minute, eight hours of work, 20 times as many records; some twenty minutes
	FAULTS_LONG=1 $(PYTHON) -m pytest -q tests/faults
	RULE_EXAMPLES=600 $(PYTHON) -m pytest -q tests/unit/rule tests/unit/compliance

bench: setup setup-dev ## measure pages at 100,000 targets, the engine at a million, packages, 500 commitments; an hour or two (N=20000: minutes)
	$(PYTHON) -m tests.bench $(SIZE)
	$(PYTHON) -m tests.bench.engine $(SIZE)
	$(PYTHON) -m tests.bench.package --database sqlite $(SIZE)
	$(PYTHON) -m tests.bench.package --database postgresql $(SIZE)
	$(PYTHON) -m tests.bench.commitments
	$(PYTHON) -m tests.bench.seals
	$(PYTHON) -m tests.bench.mail

mutants: setup setup-dev ## change the rule in one place after the other: tests must notice (MODULE=status: only there)
	@nice $(PYTHON) -m tools.mutants $(MODULE)

assets: static/build/.done ## build static/build from the npm packages

lock: $(DONE)/base ## lock the dependencies of pyproject.toml anew (make lock UPGRADE=--upgrade takes the newest versions)
	sh tools/lock.sh $(UPGRADE)

audit: $(DONE)/base ## ask about known vulnerabilities of what is locked (needs the network)
	@sh tools/audit.sh

clean: ## remove all that setup and tests made, save the instance folder with its data
	rm -rf $(VENV) node_modules static/build .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find tracker jobs templates tests tools -name __pycache__ -prune -exec rm -rf {} +
	find tracker/translations -name '*.mo' -delete

test: ALSO = fetched
checked: setup setup-dev # style, types, order of imports and templates, at the same time
	@$(MAKE) --no-print-directory --jobs=$(CORES) --output-sync=target types style contracts pages $(DONE)/collected $(ALSO)

style:
	$(VENV)/bin/ruff check --quiet .
	$(VENV)/bin/ruff format --check --quiet .

types:
	$(VENV)/bin/mypy

contracts:
	$(VENV)/bin/lint-imports

pages:
	$(VENV)/bin/djlint templates --lint --quiet

# What tests need of Debian comes while the types are looked at: one waits for the network, the other reckons.
fetched:
	@sh tools/browser.sh
	@sh tools/unpacked.sh nginx usr/sbin/nginx "the test of the proxy" nginx
	@sh tools/unpacked.sh poppler usr/bin/pdfsig "the test of seals by another program" poppler-utils
	@sh tools/unpacked.sh softhsm usr/bin/softhsm2-util "the test of a seal on a token" softhsm2

# Tests are compiled while one core waits for the types: else each test process of a first run does it for itself.
$(DONE)/collected: $(DONE)/dev
	@$(PYTHON) -m pytest -q --collect-only >$@.log || { cat $@.log; exit 1; }
	@touch $@

setup-dev: $(DONE)/dev

catalogues: $(DONE)/catalogues

$(DONE)/base: requirements/setup.txt tools/venv.sh
	@sh tools/venv.sh
	@mkdir -p $(DONE) && touch $@

$(DONE)/run: requirements/run.txt pyproject.toml tools/install.sh | $(DONE)/base
	@sh tools/install.sh requirements/run.txt
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(PYTHON) -m compileall -q tracker jobs
	@touch $@

$(DONE)/dev: requirements/dev.txt tools/install.sh | $(DONE)/run
	@sh tools/install.sh requirements/dev.txt
	@touch $@

$(DONE)/catalogues: $(CATALOGUES) tools/catalogues.py $(DONE)/run
	@$(PYTHON) -m tools.catalogues compile
	@touch $@

static/build/.done: package.json package-lock.json tools/assets.sh $(STATIC) | $(DONE)/base
	@sh tools/node.sh
	@touch $@
