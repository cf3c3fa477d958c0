# What one can do here: `make help`.
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install demo serve test check bench format messages clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## prepare .venv, assets and translations; nothing else

$(STAMP): requirements.lock pyproject.toml assets/package-lock.json assets/icons.txt tools/build_assets.py
	@command -v python3 >/dev/null || { echo "Python 3.11 or newer is needed: apt-get install python3 python3-venv"; exit 2; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; python3 here is older."; exit 2; }
	@test -x $(PY) || python3 -m venv $(VENV) || { echo "apt-get install python3-venv, then try again"; exit 2; }
	$(VENV)/bin/pip install -q --require-hashes -r requirements.lock
	$(VENV)/bin/pip install -q --no-deps --no-build-isolation -e .
	$(PY) tools/build_assets.py
	$(PY) tools/messages.py --compile
	@touch $(STAMP)

demo: install ## an invented kabupaten with 20,000 people on 127.0.0.1:8000
	@exec $(VENV)/bin/asuh demo

serve: install ## serve what is under ASUH_HOME on 127.0.0.1:8000
	@exec $(VENV)/bin/asuh serve

test: install ## every test, the browser tests included
	@$(PY) tools/need_chromium.py
	$(PY) -m pytest

check: install ## format, lint, types, contracts, migrations, translations, tests
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/asuh manage makemigrations --check --dry-run
	$(PY) tools/messages.py --check
	@$(PY) tools/need_chromium.py
	$(PY) -m pytest

bench: install ## import ratio, search recall and latency, at 1,000,000 people
	$(PY) -m bench

format: install ## format and mend what can be mended
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

messages: install ## take new strings into the English catalogue
	$(PY) tools/messages.py

clean: ## remove .venv, assets and state; asks nothing
	rm -rf $(VENV) assets/node_modules src/asuh/static/vendor var
