# What a person does with this repository. Each target installs what is missing, or says how to.
# Everything runs in isolated Podman roots; the host's own Podman is never touched. See e2e/lab for how.

.DEFAULT_GOAL := help
.PHONY: help run test e2e bench lint clean-lab

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Bring the example up and keep watching until Ctrl-C. ARGS=--once ends by itself.
	@e2e/lab/run.sh $(ARGS)

test: ## Format, clippy, unit tests, simulation, promtool, scenarios on both Podmans. What CI runs.
	@e2e/lab/test.sh

e2e: ## The scenarios alone. PODMAN=4.3|5.4|all, ARGS=a part of a scenario's name.
	@e2e/lab/e2e.sh $(or $(PODMAN),all) $(ARGS)

bench: ## Measure against Podman itself and print a table. ARGS=a part of a measurement's name.
	@e2e/lab/bench.sh $(ARGS)

lint: ## Format, clippy and, where it is installed, cargo-deny.
	@e2e/lab/lint.sh

clean-lab: ## Delete what the lab keeps between two runs (Podman 5.4, the example image).
	rm -rf "$${PODSTEWARD_LAB_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/podsteward-lab}"
