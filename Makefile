# Everything sets itself up: Python 3.11, git, make and a package index are enough.
# uv is taken from the machine or put into a private folder.
UV     := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
PYTHON := .venv/bin/python
# Dozens of processes are started by the tests; each would compile every library anew where Python may keep nothing.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test full lint attack statistics introductions intake kills backups close papers pages bench routes audit serve pictures \
  browser clean
.DEFAULT_GOAL := test

demo: .venv/ready            ## a made-up company, served; prints the addresses
	@$(PYTHON) -m dashboard demo

test: .venv/ready browser lint    ## what CI runs
	@$(PYTHON) -m pytest

full: .venv/ready browser lint    ## the same with the large counts
	@RAPPORT_FULL=1 $(PYTHON) -m pytest

lint: .venv/ready            ## format, rules, types, directions of imports
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/ruff check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

attack: .venv/ready          ## what a thief makes of the files: one table
	@$(PYTHON) tests/attacks.py --trials 200

statistics: .venv/ready      ## level, change and trend beside their rivals, on the same draws; some minutes
	@$(PYTHON) benchmarks/statistics.py

introductions: .venv/ready   ## introductions beside rivals: later ties, sets, known truth, 100,000 people; long
	@nice -n 5 $(PYTHON) benchmarks/introductions.py
	@nice -n 5 $(PYTHON) benchmarks/sets.py
	@nice -n 5 $(PYTHON) benchmarks/worlds.py
	@nice -n 5 $(PYTHON) benchmarks/scale.py

intake: .venv/ready         ## how many answers a second are acknowledged when durable; some minutes
	@$(PYTHON) benchmarks/intake.py

close: .venv/ready          ## how long the close of 100,000 answers takes, and what it holds; minutes
	@$(PYTHON) benchmarks/closing.py

papers: .venv/ready browser  ## how long the quarter on paper takes for 1,000 teams, beside a browser; ten minutes
	@$(PYTHON) benchmarks/papers.py

kills: .venv/ready          ## a server killed 500 times while people answer: nothing lost, nothing twice; half an hour
	@$(PYTHON) benchmarks/kills.py

backups: .venv/ready        ## 100 backups of a server while people answer, restored and looked through; a quarter of an hour
	@$(PYTHON) benchmarks/backups.py

pages: .venv/ready browser   ## how long pages and forms take beside plain ones, and with 100,000 people; an hour
	@$(PYTHON) benchmarks/pages.py

bench: .venv/ready browser   ## every benchmark, and what each claims in benchmarks/RESULTS.md; hours
	@$(PYTHON) benchmarks/results.py

routes: .venv/ready          ## every address, as nobody and in every role: one table
	@$(PYTHON) docs/routes.py

audit: .venv/ready           ## known vulnerabilities of what is locked; asks a database on the network
	@$(PYTHON) -m pip_audit --disable-pip --require-hashes -r requirements.lock

serve: .venv/ready
	@$(PYTHON) -m dashboard serve

pictures: .venv/ready browser     ## the picture of the README; `docs/pictures.py --out FOLDER` takes them all
	@$(PYTHON) docs/pictures.py

browser:                     ## Chromium for the browser tests, from the system's packages
	@command -v chromium >/dev/null || { \
	  ( [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium ) >/dev/null 2>&1 \
	  || sudo -n apt-get install -y -qq chromium >/dev/null 2>&1 \
	  || echo "NO CHROMIUM: the browser tests will be skipped. Install your system's package 'chromium'." >&2; }

.venv/ready: requirements-dev.lock pyproject.toml $(filter .tools/%,$(UV))
	@$(UV) venv --quiet --allow-existing --python "$$(command -v python3)" .venv
	@$(UV) pip sync --quiet --python $(PYTHON) --require-hashes requirements-dev.lock
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --editable .
	@touch $@

.tools/bin/uv:
	@python3 -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv

clean:
	rm -rf .venv .tools build *.egg-info
