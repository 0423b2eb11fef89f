# Needs Python 3.11 or newer, git and make. Everything else comes from requirements.lock.
PYTHON ?= python3
JOBS   ?= 2
VENV   := .venv
BIN    := $(VENV)/bin

# Workers fill the cores; each of them computes in one thread.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export NUMEXPR_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help reports notebooks test tests lint stress bench lock clean venv
.DELETE_ON_ERROR:

help:
	@echo "make reports   compute and render everything to reports/site/index.html"
	@echo "make test      style, types, tests and methodology notebooks"
	@echo "make notebooks run the methodology notebooks again and keep their outputs"
	@echo "make stress    the long tests"
	@echo "make bench     time and memory of uncertainty, as ratios in one run"
	@echo "make lock      take newer versions of the dependencies (needs uv)"
	@echo "make clean     remove what was made, .venv included"

venv: $(VENV)/.project

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "e-RAT needs Python 3.11 or newer, and $(PYTHON) is not. Name one: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements.lock
	@touch $@

$(VENV)/.project: $(VENV)/.locked pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

reports: venv
	$(BIN)/erat check
	$(BIN)/erat build
	$(BIN)/erat report --all --jobs $(JOBS)

notebooks: venv
	$(BIN)/python -m erat.report.methodology

lint: venv
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Style and types are checked beside the tests: they take one process.
test: venv
	@$(MAKE) --no-print-directory --jobs 2 lint tests

# nbval compares the text of every methodology cell with what it gives now.
tests: venv
	$(BIN)/pytest -n $(JOBS) --dist loadscope --durations 10 \
	  --nbval --nbval-current-env tests notebooks/methodology

# The long tests, and more examples of those that draw them.
stress: venv
	EXAMPLES=60 $(BIN)/pytest -n $(JOBS) --dist loadscope -m "stress or hypothesis" tests

bench: venv
	$(BIN)/python benchmarks/run.py

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras \
	  --no-header --no-annotate --upgrade --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) reports data/processed .pytest_cache .mypy_cache .ruff_cache *.egg-info
