# Needs python3 (3.11 or later), make and the Python package index; once set up, no network.
#
#   make audit   audits the example client; the report's path is the last line
#   make test    lint, format, types and tests
#   make slow    the long tests: fuzz, simulation, kill tests, the files of others
#   make fuzz    a million damaged files of each kind; SHAREDSOCIAL_FUZZ=1000 for fewer
#   make simulate SEEDS=20   decisions on simulated clients of known truth, written to reports/method
#   make bench   measures what must be fast
#   make release what CI has no time for: 50 clients' reports, 715 naughty texts, 500 exports in one process,
#                500 kills, 2,000 starts, a thousand clients; hours
#   make lab     JupyterLab on the notebooks
#   make lock    resolves the locks again after a change of pyproject.toml

PYTHON ?= python3
JOBS ?= logical
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
.NOTPARALLEL:
.PHONY: audit test slow fuzz simulate bench release lab lock clean

# a stamp is named after the content that it stands for: what has not changed is not set up again
mark = .venv/done/$(1)-$(firstword $(shell cksum < $(2)))
RUN := $(call mark,run,requirements.lock)
TEST := $(call mark,test,tests/requirements.lock)
PACKAGE := $(call mark,package,pyproject.toml)

audit: $(RUN) $(PACKAGE)
	@$(BIN)/sharedsocial audit la-quercia --quarter 2026Q3

test: $(TEST) $(PACKAGE)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -n $(JOBS) --dist worksteal -m "not slow"

slow: $(TEST) $(PACKAGE)
	$(BIN)/pytest -n $(JOBS) --dist worksteal -m slow

# the kinds of damage with what becomes of each cell, then SHAREDSOCIAL_FUZZ damaged files of each kind
fuzz: export SHAREDSOCIAL_FUZZ ?= 1000000
fuzz: $(TEST) $(PACKAGE)
	@$(BIN)/python tests/hostile/pollutions.py
	$(BIN)/pytest -n $(JOBS) --dist worksteal tests/fuzz

SEEDS ?= 20
simulate: $(TEST) $(PACKAGE)
	@$(BIN)/python tests/simulation/suite.py --seeds $(SEEDS)

bench: $(TEST) $(PACKAGE)
	@$(BIN)/python tests/bench/speed.py
	@$(BIN)/python tests/bench/batch.py 60

release: $(TEST) $(PACKAGE)
	SHAREDSOCIAL_REPORTS=50 SHAREDSOCIAL_NAUGHTY=715 SHAREDSOCIAL_EXPORTS=500 $(BIN)/pytest -n $(JOBS) \
	  tests/report/test_valid_pdf.py tests/telling/test_naughty.py tests/typst_export/test_typst_promises.py
	SHAREDSOCIAL_KILLS=500 SHAREDSOCIAL_STARTS=2000 $(BIN)/pytest tests/delivering/test_kills.py tests/kernels -k "kill or port"
	@$(BIN)/python tests/bench/batch.py 1000

lab: $(RUN) $(PACKAGE)
	@$(BIN)/sharedsocial lab

# the build tool is locked with the rest, so that the package installs without a network;
# argon2-cffi-bindings 26 has no wheel for Macs with an Intel processor
RESOLVE = printf 'flit-core>=3.12,<4\nargon2-cffi-bindings<26\n' | $(BIN)/uv pip compile pyproject.toml - \
	--quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock: $(TEST)
	$(RESOLVE) -o requirements.lock
	$(RESOLVE) --extra test -c requirements.lock -o tests/requirements.lock
	$(BIN)/python tests/house/conda.py > environment.yml

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; old = sys.version_info < (3, 11); \
	sys.exit(old and "Python 3.11 or later is needed, this is %d.%d: make PYTHON=python3.12" % sys.version_info[:2])'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

$(RUN): | .venv/pyvenv.cfg
	@echo "setting up .venv: this happens once"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@mkdir -p $(@D) && touch $@

$(TEST): | .venv/pyvenv.cfg
	@echo "setting up .venv for the tests: this happens once"
	@$(BIN)/python -m pip install --quiet --require-hashes -r tests/requirements.lock
	@mkdir -p $(@D) && touch $@ $(RUN)

$(PACKAGE): | $(RUN)
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p $(@D) && touch $@
