# `make hub` and `make test` do all on a machine with Python 3.11 or newer and make.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))))
VENV := .venv
BIN := $(VENV)/bin
UV := VIRTUAL_ENV=$(VENV) $(BIN)/uv
RETRY = for pause in 2 10 30 0; do $(1) && exit 0; [ $$pause = 0 ] || sleep $$pause; done; exit 1

.PHONY: hub test lint lock bench docs clean

hub: $(VENV)/hub.stamp  ## start the hub on this machine, with everything local
	$(BIN)/astrolib hub

test: $(VENV)/dev.stamp  ## run every test that this machine can run
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/dev.stamp  ## what stands guard: style, types, layers, stripped notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	find notebooks -name '*.ipynb' -exec $(BIN)/nbstripout --verify {} +

lock: $(VENV)/uv.stamp  ## write the lock files anew from pyproject.toml
	cd environments && for file in uv:uv.in hub:"../pyproject.toml --extra build" dev:"../pyproject.toml --all-extras --constraint hub.txt"; do \
		VIRTUAL_ENV=../$(VENV) ../$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
			--generate-hashes --no-header $${file#*:} --output-file $${file%%:*}.txt || exit 1; done

bench: $(VENV)/dev.stamp  ## measure each fast path against its peer
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script || exit 1; done

docs: $(VENV)/dev.stamp  ## build the documentation into site/, without warnings
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean:  ## remove what was installed and built
	rm -rf $(VENV) site dist

$(VENV)/uv.stamp: environments/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "astrolib needs Python 3.11 or newer; make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) has no venv module; on Debian: apt-get install python3-venv"; exit 1; }
	@$(call RETRY,$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<)
	@touch $@

$(VENV)/hub.stamp $(VENV)/dev.stamp: $(VENV)/%.stamp: environments/%.txt pyproject.toml $(VENV)/uv.stamp
	@echo "installing what environments/$*.txt names"
	@$(call RETRY,$(UV) pip install --quiet --require-hashes -r $<)
	@$(UV) pip install --quiet --no-deps --no-build-isolation --offline -e .
	@touch $@
