# Everything runs in its own virtual environment, which is created on first use.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SITE_READY := $(VENV)/.ready-for-site

# What `make fuzz` tries: inputs that follow from a seed, in so many seconds altogether.
SEED := $(shell date +%s)
EXAMPLES := 2000
SECONDS := 120
TESTS := tests

.PHONY: demo test quick test-swarm fuzz check check-all lint types wheel image playground docs site golden answers bench growth measure clean

demo: $(READY)  ## check the stack files in examples/
	@echo '$$ interlock-lint check examples/'
	@$(BIN)/interlock-lint check examples/ || test $$? -eq 1

test: $(READY)  ## run the tests; each process may have a Docker engine of its own
	$(BIN)/python -m pytest -q -n auto --maxprocesses=4

quick: $(READY)  ## run the tests that take seconds, not minutes
	$(BIN)/python -m pytest -q -n auto -m "not slow"

test-swarm: $(READY)  ## run the tests that need a real swarm, which tests/swarm.sh starts
	INTERLOCK_LINT_REQUIRE=swarm INTERLOCK_LINT_WHOLE=1 $(BIN)/python -m pytest -q -m swarm

fuzz: $(READY)  ## try new inputs; SEED=… EXAMPLES=… SECONDS=… TESTS=… narrow that down
	@echo "make fuzz SEED=$(SEED) EXAMPLES=$(EXAMPLES) SECONDS=$(SECONDS)"
	$(BIN)/python -m pytest -q -n auto -m fuzz -p tests.fuzz --fuzz-seed=$(SEED) \
	  --fuzz-examples=$(EXAMPLES) --fuzz-seconds=$(SECONDS) '$(TESTS)'

check: lint types test site wheel  ## run everything CI runs

check-all: export INTERLOCK_LINT_WHOLE := 1
check-all: check  ## also run what is long: all samples, new inputs for an hour, and how time grows
	$(MAKE) fuzz EXAMPLES=1000000 SECONDS=3600
	$(MAKE) growth

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

wheel: $(READY)  ## run tests against the built wheel, outside the checkout
	BIN="$(CURDIR)/$(BIN)" sh tests/wheel.sh

image: $(READY)  ## build the container image interlock-lint; BASE=… for another base
	rm -rf dist
	$(BIN)/python -m build --quiet --wheel
	docker build $(if $(BASE),--build-arg BASE=$(BASE)) --tag interlock-lint .

playground: $(READY)  ## build the playground in build/site/playground; TO=… for another folder
	$(BIN)/python playground/build.py $(if $(TO),'$(TO)')

docs: $(READY)  ## update command output in the documents, and what is generated
	$(BIN)/python docs/refresh.py

# The folder playground in it belongs to another build.
site: $(SITE_READY)  ## make a site of the documents in build/site, and test it
	@mkdir -p build/site
	find build/site -mindepth 1 -maxdepth 1 ! -name playground -exec rm -r {} +
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs -d build/doctrees . build/site
	INTERLOCK_LINT_SITE=build/site INTERLOCK_LINT_REQUIRE=site,$(INTERLOCK_LINT_REQUIRE) \
	  $(BIN)/python -m pytest -q tests/test_site.py
	@echo 'open build/site/index.html'

golden: $(READY)  ## record what the rules report for their fixtures, and what commands print
	INTERLOCK_LINT_UPDATE=1 $(BIN)/python -m pytest -q -m golden

answers: $(READY)  ## ask the Docker CLI again which stack files it accepts (takes minutes)
	PYTHONPATH=. $(BIN)/python tests/recorded.py

bench: $(READY)  ## measure speed against other linters (needs npm for one of them)
	$(BIN)/python benchmarks/run.py

growth: $(READY)  ## measure what each additional service, finding, comment and so on costs
	$(BIN)/python benchmarks/growth.py

measure: $(READY)  ## compare predicted shares with those of a real nginx (must be installed)
	INTERLOCK_LINT_REQUIRE=nginx $(BIN)/python -m pytest -m nginx --verbosity=1 tests/routing

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(SITE_READY): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[site]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
