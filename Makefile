# Every command that a person or CI needs. uv comes from PyPI by pip, into .tools: nothing is
# installed outside this folder, and no virtual environment has to exist first.
UV_VERSION := 0.13.9
SAM_VERSION := 1.170.0
PIP_AUDIT_VERSION := 2.10.1
PYTHON ?= python3
PORT ?= 8000
STAGE ?= dev
# The command line's parameters replace the file's, rather than add to them.
STACK_PARAMETERS = $(shell sed -n '/^\[$(STAGE).deploy/,/^\[/s/^parameter_overrides = "\(.*\)"/\1/p' samconfig.toml)

UV := .tools/uv/bin/uv
BIN := .venv/bin
WEB := functions/web
# Node is a wheel of the environment, so that a machine with only Python can build the page.
NPM := cd $(WEB) && PATH="$(CURDIR)/$(BIN):$$PATH" npm --silent
SAM := SAM_CLI_TELEMETRY=0 $(UV) tool run --quiet --from aws-sam-cli==$(SAM_VERSION) sam

.DEFAULT_GOAL := help
PAGE_SOURCES := $(wildcard $(WEB)/*.json $(WEB)/*.ts $(WEB)/*.html) $(shell find $(WEB)/src $(WEB)/public -type f)

.PHONY: help setup page run invoke migrate test check lint audit format validate build deploy publish cost bench fault load eval sentences gallery film clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(UV):
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
		--root-user-action ignore --upgrade --target .tools/uv uv==$(UV_VERSION)

.venv/.synced: $(UV) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet
	@touch $@

setup: .venv/.synced  ## install what the project needs, into this folder

$(WEB)/node_modules/.installed: $(WEB)/package.json $(WEB)/package-lock.json | .venv/.synced
	@$(NPM) ci
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.installed $(PAGE_SOURCES)
	@$(NPM) run build -- --logLevel warn

page: $(WEB)/dist/index.html  ## build the page, if its sources have changed

# Types, lint and unit tests of the page; not again while nothing has changed.
$(WEB)/node_modules/.checked: $(WEB)/node_modules/.installed $(PAGE_SOURCES)
	@$(NPM) run check
	@touch $@

run: setup page  ## start everything on PORT, send the example drawings, serve until Ctrl-C
	@PORT=$(PORT) exec $(BIN)/python -m infra.local run

invoke: setup  ## run one function: make invoke FN=HealthFunction EVENT=tests/events/HealthFunction.json
	@$(BIN)/python -m infra.local invoke $(FN) $(EVENT)

migrate: setup  ## bring the database at DATABASE_URL up to date
	@PYTHONPATH=functions:. $(BIN)/python -m records.migrate

test: setup lint page  ## all checks and all tests
	@$(BIN)/pytest --numprocesses auto --dist loadgroup

check: setup lint  ## what should pass before every commit: format, lint, types, fast tests
	@$(BIN)/pytest --numprocesses auto --quiet -m "not slow" tests/unit tests/infra

lint: setup $(WEB)/node_modules/.checked
	@$(BIN)/ruff format --check --quiet . || { echo "run 'make format'"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary functions shared infra/local

# PyPI answers with the advisories of each package; a mirror that has none of ours knows nothing.
audit: setup  ## look the pinned packages up among PyPI's advisories; needs the network
	@$(BIN)/python -m tests.infra.advisories_there || exit 0; \
	$(UV) export --quiet --frozen --no-emit-project --output-file .venv/pinned.txt && \
	$(UV) tool run --quiet pip-audit==$(PIP_AUDIT_VERSION) --strict --require-hashes --disable-pip \
		--progress-spinner off --requirement .venv/pinned.txt

format: setup $(WEB)/node_modules/.installed  ## format, and mend what ruff can mend
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .
	@$(NPM) run format

validate: setup  ## check template.yaml as SAM and cfn-lint see it
	@$(SAM) validate --lint --region us-east-1

build: setup page  ## build every function and layer for Lambda, into .aws-sam, and the page
	@$(SAM) build

deploy: $(UV)  ## deploy what was built: make deploy STAGE=dev PARAMETERS="AlarmEmail=…"
	@$(SAM) deploy --config-env $(STAGE) \
		$(if $(CLOUDFORMATION_ROLE_ARN),--role-arn $(CLOUDFORMATION_ROLE_ARN)) \
		$(if $(PARAMETERS),--parameter-overrides "$(STACK_PARAMETERS) $(PARAMETERS)")

# An output of the stage's stack.
output = $(shell aws cloudformation describe-stacks --stack-name simgen-$(STAGE) --output text \
	--query "Stacks[0].Outputs[?OutputKey=='$(1)'].OutputValue")

# What a page refers to comes before the page, and what none refers to any more stays for a while.
publish:  ## put the built page online: make publish STAGE=dev
	@aws s3 sync $(WEB)/dist s3://$(call output,PageBucketName) --exclude '*.html' --only-show-errors
	@aws s3 sync $(WEB)/dist s3://$(call output,PageBucketName) --delete --exclude 'assets/*' --only-show-errors
	@aws cloudfront create-invalidation --distribution-id $(call output,DistributionId) --paths '/*' \
		--output text --query Invalidation.Status
	@echo $(call output,PageUrl)

cost: setup  ## write docs/COST.md: what it costs in AWS, and what it meets first
	@$(BIN)/python -m infra.cost

film: setup page  ## film the page for the README, docs/drawn.gif
	@PYTHONPATH=functions:. $(BIN)/python -m tests.e2e.film docs/drawn.gif

gallery: setup  ## draw the templates anew that `GET /v1/templates` serves
	@PYTHONPATH=functions:. $(BIN)/python -m tests.drawings.gallery

bench: setup page  ## measure, both sides of each ratio in one run
	@PYTHONPATH=functions:. $(BIN)/python -m tests.bench

fault: setup  ## break what stands behind the service, and see what its clients meet
	@FAULT_SECONDS=$${FAULT_SECONDS:-300} FAULT_CALLERS=$${FAULT_CALLERS:-1000} \
		$(BIN)/pytest --quiet tests/fault

load: setup  ## one user, then many, then a day of 10,000; ARGS="--users 50 --seconds 60" for less
	@PYTHONPATH=functions:. $(BIN)/python -m tests.load $(ARGS); load=$$?; \
	FAULT_CALLERS=$${FAULT_CALLERS:-10000} FAULT_PLAYS=$${FAULT_PLAYS:-10000} \
		$(BIN)/pytest --quiet tests/fault/test_day.py tests/fault/test_playing.py -k "day or many" \
		&& exit $$load

eval: setup  ## draw by machine, read, simulate, count what came out right; ARGS="--looks clean"
	@PYTHONPATH=functions:. $(BIN)/python -m tests.eval $(ARGS)

sentences: setup  ## count how many sentences move as they must; ARGS=--unseen for the final figure
	@PYTHONPATH=functions:. $(BIN)/python -m tests.eval.sentences $(ARGS)

clean:  ## delete what was built and installed; keeps .local, which holds the data
	rm -rf $(WEB)/node_modules $(WEB)/dist .venv .tools .aws-sam .pytest_cache .mypy_cache .ruff_cache
