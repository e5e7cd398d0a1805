# One verb a task. Each verb installs what it needs, can be run again, and says what it is doing.
.PHONY: help run test check e2e generate package bench bench-validator clean
.DEFAULT_GOAL := help

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install what is missing, build, and open the window (or rehearse in the terminal)
	@scripts/run

test: ## Install what the tests need and run all of them
	@scripts/test

check: ## The quick part of the tests: format, types, lints, licences and advisories
	@scripts/test --quick

e2e: ## Build the window and drive it through its journeys
	@scripts/test --window

generate: ## Write again what is made from the code: types, schema
	@scripts/generate

package: ## Build the Debian package, install it, try it and remove it
	@packaging/build
	@packaging/test

bench: ## Measure start, memory, size, approvals and renewals
	@bench/run

bench-validator: ## Measure the validator beside nginx and Express
	@bench/validator/run

clean: ## Remove everything that was built
	rm -rf target gen ui/dist ui/node_modules packaging/node_modules tests/*/node_modules
