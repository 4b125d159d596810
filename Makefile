# make run and make test do everything on a fresh machine with Python 3.11. `make help` lists the rest.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: help run test build bench browser snapshot messages format lock wheel clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/run.stamp  ## create the environment, build the bundled territory if missing or stale, open the dashboard and the API
	@$(BIN)/python -m pipelines ensure
	@$(BIN)/python -m pipelines port $(PORT)
	@$(BIN)/streamlit run dashboard/server.py --server.port $(PORT)

test: $(VENV)/dev.stamp  ## create the environment, run ruff, mypy, import-linter and pytest
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@# In the order of the folders, so that one process waits for a browser while the other computes.
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

build: $(VENV)/run.stamp  ## build the bundled territory anew
	$(BIN)/python -m pipelines build italy

bench: $(VENV)/dev.stamp  ## run the benchmarks and print their tables
	@for file in benchmarks/[a-z]*.py; do name=$$(basename $$file .py); echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

browser:  ## install Chromium for the browser tests (Debian and Ubuntu; needs root or sudo)
	@command -v chromium >/dev/null || { \
	  SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq chromium fonts-dejavu-core; }
	@chromium --version

snapshot: $(VENV)/run.stamp  ## make the bundled snapshot anew (maintainers; needs the package registries and npm)
	$(BIN)/python -m pipelines snapshot

messages: $(VENV)/dev.stamp  ## gather the words of code and data and bring the catalogues of languages up to date
	$(BIN)/python -m geodata.i18n.catalogues

format: $(VENV)/dev.stamp  ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/dev.stamp  ## write the exact versions of all installed packages to constraints.txt
	@{ echo "# Every package below requirements.txt and requirements-dev.txt, as tested together on Python 3.11. Made by: make lock"; \
	  $(BIN)/pip freeze --exclude-editable | grep -vE "^(pip|setuptools)=="; } > constraints.txt

wheel: $(VENV)/run.stamp  ## build the wheel, install it in a fresh environment elsewhere, and rank Italy with it
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	  $(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$$folder" . && \
	  $(PYTHON) -m venv "$$folder/env" && \
	  "$$folder/env/bin/pip" install --quiet --disable-pip-version-check --constraint constraints.txt "$$folder"/*.whl && \
	  cd "$$folder" && export RURAL_MAP_DATA="$$folder/data" && \
	  env/bin/python -c 'import pipelines; italy = pipelines.territory("italy"); print(italy.rank("health", draws=50).areas(top=3)["name"].tolist())' && \
	  env/bin/rural-map rank italy --region ITF5 --top 3 --draws 50 -o list.zip && \
	  echo "The wheel works outside the checkout: $$(basename *.whl)"

clean:  ## remove the environment, built territories and caches
	rm -rf $(VENV) data dashboard/static/[!.]* .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found; install Python 3.11 or call make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt constraints.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt requirements.txt constraints.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp
