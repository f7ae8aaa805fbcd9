# Everything a newcomer needs: `make run` serves the demo, `make test` proves the gateway.
# Only Python 3.11 or newer and make are taken for granted; all else is installed into .venv by hash.

PYTHON       ?= python3
DEMO_FLAGS   ?=
PYTEST_FLAGS ?= --numprocesses auto
LOCK_FLAGS   ?=
# For `make worlds`: how many operations, the first seed, and which database.
N            ?= 2000
SEED         ?= 1
DATABASE     ?= sqlite
# For `make leaks` and `make mutants`: flags of theirs, as in MUTANTS_FLAGS="--kind fields --each".
LEAKS_FLAGS  ?=
MUTANTS_FLAGS ?=
# For `make timing`: how many pairs of each comparison.
PAIRS        ?= 1000
# For `make kill`: what `python -m tests.kill.run --help` lists.
KILL_FLAGS   ?=
# For `make soak`: what `python -m tests.soak.run --help` lists.
SOAK_FLAGS   ?=
# For `make fuzz`: how many generated operations.
FUZZ_CASES   ?= 20000
# For `make bench`: what `python -m tests.bench.run --help` lists; without it everything is measured and written.
BENCH_FLAGS  ?= --write
# For `make scale`: what `python -m tests.bench.scale --help` lists; without it everything is measured and written.
SCALE_FLAGS  ?= --write
# The law alone is measured: full branch coverage of authz/ is a promise, of the other rooms it is not. Its own tests
# keep it, and the scenarios; to measure all the others as well would take half as long again.
LAW_TESTS    := tests/authz tests/test_scenarios.py
COVER_FLAGS  ?= --cov=authz --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

VENV  := .venv
BIN   := $(VENV)/bin
# Inside the environment, so that removing the environment also removes the belief that it is complete.
STAMP := $(VENV)/.complete

# The explorer as it is built, what it is built of, and the packages that build it.
SITE     := gateway/site/index.html
PACKAGES := explorer/node_modules/.package-lock.json
EXPLORED := $(shell find explorer/src explorer/scripts -type f -not -path '*/generated/*') schema/schema.graphql \
	$(addprefix explorer/,index.html vite.config.ts codegen.ts tsconfig.json package.json)

# A lock names no registry: whoever runs `make lock` may have a mirror in their pip settings, and it stays theirs.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/python -m piptools compile --quiet --generate-hashes \
	--allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run explorer test-explorer pictures test worlds leaks mutants kill attack conformance soak timing fuzz bench scale check audit prove golden breaking tools fmt lock clean

help: ## list the targets
	@sed -n 's/^\([a-z][a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

setup: $(STAMP) ## make .venv from the lock, so that .venv/bin/gateway runs

# setuptools comes out of the same lock, hence --no-build-isolation: the build fetches nothing of its own.
# -qq there: setuptools warns of every editable install; errors still show.
$(STAMP): requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	  echo "\`$(PYTHON)\` is not there: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)," \
	    "or name one, as in: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "\`$(PYTHON)\` is not Python 3.11 or newer: install one (Debian: apt-get install python3 python3-venv)," \
	    "or name one, as in: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "\`$(PYTHON)\` cannot make virtual environments: install its venv module (Debian: apt-get install" \
	    "$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'))" >&2; exit 1; }
	@echo "setting up $(VENV) from requirements-dev.lock (about a minute; later runs skip this)"
	@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --no-index --editable .
	@touch $@

run: setup ## set up and serve the demo at port 8000, with the explorer where npm is; DEMO_FLAGS="--port 9000"
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(SITE) \
	  || echo "the explorer could not be built, and the demo is served without it: see above" >&2; fi
	@$(BIN)/gateway demo $(DEMO_FLAGS)

explorer: ## build the explorer's pages into gateway/site; takes npm
	@command -v npm >/dev/null || { \
	  echo "\`npm\` is not there: install Node 20.19 or newer (Debian: apt-get install nodejs npm)" >&2; exit 1; }
	@$(MAKE) --no-print-directory $(SITE)

# Older than its sources, it is built anew; the packages are installed anew where their lock has changed.
$(SITE): $(PACKAGES) $(EXPLORED)
	@echo "building the explorer (some seconds)"
	@cd explorer && ./with-node npm run --silent build
	@touch $@

$(PACKAGES): explorer/package-lock.json
	@cd explorer && ./with-node npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

test-explorer: setup explorer ## look through every page of the explorer in headless Chromium; takes npm and chromium
	EXPLORER=true $(BIN)/python -m pytest $(PYTEST_FLAGS) tests/explorer

pictures: setup explorer ## take the explorer's pictures in docs/ anew; takes npm and chromium
	@$(BIN)/python -m tests.explorer.pictures

test: setup ## set up and run all tests, authz/ at 100 % branch coverage; flags through PYTEST_FLAGS
	$(BIN)/python -m pytest $(PYTEST_FLAGS) $(COVER_FLAGS) $(LAW_TESTS)
	$(BIN)/python -m pytest $(PYTEST_FLAGS) $(addprefix --ignore=,$(LAW_TESTS))

worlds: setup ## ask generated pairs of directories for leaks (R0); long runs with N=100000, others with SEED=7
	@$(BIN)/python -m tests.worlds.run --operations $(N) --seed $(SEED) --database $(DATABASE)

leaks: setup ## plant known kinds of leaks in copies of the tree; tell which guardian catches each
	@$(BIN)/python -m tests.leaks.run $(LEAKS_FLAGS)

mutants: setup ## weaken every guard, label, sentence and blind predicate in turn; tell who kills each (R40)
	@$(BIN)/python -m tests.mutants.run $(MUTANTS_FLAGS)

kill: setup ## kill the gateway at random while it is read and written; KILL_FLAGS="--kills 50 --database postgresql"
	@$(BIN)/python -m tests.kill.run $(KILL_FLAGS)

attack: setup ## attack the edge, streams among it, in well over a hundred ways; tell what each is answered, by how much work, and who waited
	@$(BIN)/python -m tests.attacks.run

conformance: setup ## run the public audits of GraphQL over HTTP; takes npm
	@$(BIN)/python -m tests.conformance.run

soak: setup ## serve 64 clients for minutes while the database fails; SOAK_FLAGS="--minutes 10"
	@$(BIN)/python -m tests.soak.run $(SOAK_FLAGS)

timing: setup ## time what must not be told apart (R35), on DATABASE; PAIRS=1000 of each comparison
	@$(BIN)/python -m tests.timing.run --pairs $(PAIRS) --seed $(SEED) --database $(DATABASE)

fuzz: setup ## compare the two executors on FUZZ_CASES generated operations; FUZZ_SEED=... draws others
	FUZZ_CASES=$(FUZZ_CASES) $(BIN)/python -m pytest $(PYTEST_FLAGS) tests/schema/plan/test_fuzz.py

bench: setup ## measure the gateway and its rivals on PostgreSQL, and write docs/performance.md anew; BENCH_FLAGS="--only W2"
	$(BIN)/python -m tests.bench.run $(BENCH_FLAGS)

scale: setup ## measure directories of up to a million children, and write docs/scale.md anew; SCALE_FLAGS="--children 10000,100000"
	$(BIN)/python -m tests.bench.scale $(SCALE_FLAGS)

check: setup ## check lint, formatting, types, the one-way street of imports and known vulnerabilities
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest --quiet tests/test_layers.py
	@$(MAKE) --no-print-directory audit

audit: setup ## ask whether what is locked has known vulnerabilities
	@$(BIN)/python -m tests.advisories

prove: setup ## prove what would be served, and print the certificate
	$(BIN)/gateway prove

golden: setup ## print the contract, the total table and what docs say of both anew; read the diff
	$(BIN)/gateway schema > schema/schema.graphql
	$(BIN)/gateway policy show --table > tests/golden/policy.txt
	$(BIN)/python -m tests.pages
	$(BIN)/python -m tests.tools.typed

breaking: setup ## tell what in the contract could break a client since the release; AGAINST=<commit> for another one
	@$(BIN)/python -m tests.tools.breaking $(if $(AGAINST),--against $(AGAINST))

tools: setup ## run the clients of tests/tools and the examples against a served gateway; takes npm
	$(BIN)/python -m pytest $(PYTEST_FLAGS) tests/tools

fmt: setup ## put every file into shape; what is left to mend, make check tells
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

# The oldest supported Python writes the locks: what it needs beyond newer ones is then in them.
lock: setup ## write the locks anew from pyproject.toml; newer versions with LOCK_FLAGS=--upgrade
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "the locks are written with Python 3.11, the oldest supported: make clean lock PYTHON=python3.11" >&2; exit 1; }
	$(COMPILE) $(LOCK_FLAGS) --strip-extras --output-file requirements.lock pyproject.toml
	$(COMPILE) $(LOCK_FLAGS) --no-strip-extras --extra dev --all-build-deps --constraint requirements.lock \
	  --output-file requirements-dev.lock pyproject.toml
	$(COMPILE) $(LOCK_FLAGS) --strip-extras --output-file tests/tools/python/requirements.lock \
	  tests/tools/python/requirements.in

clean: ## remove the environment and what the tools left; the demo's data stays
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* htmlcov .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
