# The one entrance. Every target does its own set-up on a fresh machine; nothing here asks a question.
.DEFAULT_GOAL := help
PYTHON_BIN := .venv/bin/python
WORKERS ?= 2
SEEDS ?= 10000

.PHONY: help setup test-setup run demo doctor test check lint coverage soak bench screenshots clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

setup: ## 准备环境: missing system packages, .venv
	@sh setup.sh

test-setup:
	@sh setup.sh test

run: setup ## 启动: the desktop where there is a display, else the headless demo
	@sh run.sh

demo: setup ## 演练: the main job without a screen, cards in out/demo
	@$(PYTHON_BIN) main.py demo --workers 5 --out out/demo

doctor: setup ## 体检: is this machine ready
	@$(PYTHON_BIN) main.py doctor

test: test-setup ## 测试: all tests but the long ones
	@$(PYTHON_BIN) -m pytest -n $(WORKERS) --dist loadfile -m 'not soak'

lint: test-setup
	@$(PYTHON_BIN) -m ruff check main.py station devices ui tests
	@$(PYTHON_BIN) -m mypy
	@$(PYTHON_BIN) -c "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"

check: lint coverage ## 检查: ruff, mypy --strict, import contracts, tests with the coverage ratchet

coverage: test-setup ## the tests under branch coverage, each guarded file at 100 %
	@$(PYTHON_BIN) -m coverage erase
	@$(PYTHON_BIN) -m coverage run -m pytest -n $(WORKERS) --dist loadfile -m 'not soak'
	@$(PYTHON_BIN) -m coverage combine --quiet
	@$(PYTHON_BIN) -m tests.conventions.ratchet

soak: test-setup ## 长测: long simulations and soaks
	@ANXIN_HYPOTHESIS=soak $(PYTHON_BIN) -m pytest -m soak

bench: test-setup ## 性能: every figure beside its baseline
	@$(PYTHON_BIN) -m tests.bench

screenshots: test-setup ## 截图: every screen and page as PNG in out/screenshots
	@$(PYTHON_BIN) -m tests.screenshots out/screenshots

clean: ## remove what the tests and demos left; .venv stays
	@rm -rf out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*
	@find main.py station devices ui tests -name __pycache__ -type d -prune -exec rm -rf {} +
