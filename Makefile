PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test fuzz bench golden docs site site-test clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,site]'
	touch $@

# What a user sees: the templates of examples/, some of them wrong on purpose.
demo: $(VENV)/installed
	@cd examples && for command in \
	    "count \"L’été s’annonce {chaud}\"" \
	    "check" \
	    "estimate" \
	    "preview sms/marketing/vip.fr.j2"; do \
	  printf '\n$$ smslint %s\n' "$$command"; \
	  eval "../$(BIN)/smslint $$command" || [ $$? -eq 1 ] || exit 2; \
	done

test: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/smslint test --shipped
	$(BIN)/python -m pytest

# Longer searches than `make test` has time for; docs/measurements.md has what they found.
fuzz: $(VENV)/installed
	$(BIN)/python -m fuzz
	$(BIN)/python -m fuzz.mutated

bench: $(VENV)/installed
	$(BIN)/python -m benchmarks

# Writes the golden files anew; read the diff.
golden: $(VENV)/installed
	GOLDEN=write $(BIN)/python -m pytest tests/test_reports.py tests/test_preview.py

# The pages on rules, countries and gateways, from the YAML in rules/.
docs: $(VENV)/installed
	$(BIN)/python -m docs.generate

# The site: build/site/html/index.html. A link that leads nowhere is an error.
site: docs
	$(BIN)/python -m docs.site

# The site in a real browser; skipped, with a word, where there is no Chromium and none can be installed.
site-test: $(VENV)/installed
	command -v chromium || (apt-get update && apt-get install --yes --no-install-recommends chromium) || true
	$(BIN)/python -m pytest -rs tests/browser.py

clean:
	rm -rf $(VENV) build
