# Every command a person or CI needs. uv comes from PyPI by pip, into .tools: nothing is installed
# outside this folder, and no virtual environment has to exist first.
UV_VERSION := 0.13.9
PYTHON ?= python3
UV := .tools/uv/bin/uv
RUN := $(UV) run --frozen

.DEFAULT_GOAL := help
.PHONY: help setup run test check format

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

$(UV):
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location --target .tools/uv uv==$(UV_VERSION)

.venv/.synced: $(UV) pyproject.toml uv.lock
	$(UV) sync --frozen --quiet
	@touch $@

setup: .venv/.synced  ## install what the project needs, into this folder
