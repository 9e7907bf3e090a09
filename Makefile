# Orderly. `make` lists what there is to make.

SHELL      := /bin/bash
GO         := go
GOFLAGS    ?= -buildvcs=false
JOBS       ?= 2
CACHE      := $(or $(ORDERLY_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/orderly)
LINT       := $(CACHE)/bin/golangci-lint-2.15.0
WORKFLOWCHECK := $(CACHE)/bin/workflowcheck-0.6.0
SANDBOX    := deploy/sandbox/with.sh
E2E        := $(addprefix ./integrations/,kubernetes/... istio/... prometheus/... consul/... database/...) ./cmd/orderly/app ./cmd/orderly/e2e/...
export GOFLAGS

.DEFAULT_GOAL := help
.PHONY: help dev build test unit e2e lint golden docs bench sandbox fuzz replay clean

help: ## this list
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

dev: build ## build and start everything in one process, with a demo cloud unless KUBECONFIG is set
	@bin/orderly dev $(ARGS)

build: ## build bin/orderly
	@echo "building bin/orderly (the first time takes about 2 minutes)"
	@$(GO) build -p $(JOBS) -o bin/orderly ./cmd/orderly

test: tools ## everything: unit tests, lint, contract and end-to-end tests on two real control planes
	@echo "== unit tests"
	@$(GO) test -p $(JOBS) ./...
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory e2e

unit: ## the quick loop
	@$(GO) test -p $(JOBS) ./...

e2e: build ## contract and end-to-end tests: the whole program, two real Kubernetes control planes, real servers
	@echo "== contract and end-to-end tests on two real Kubernetes control planes"
	@ORDERLY_BIN=$(CURDIR)/bin/orderly deploy/parts/with.sh $(SANDBOX) idc1 idc2 -- \
		$(GO) test -p 1 -parallel 4 -tags e2e -timeout 20m $(E2E)

lint: tools ## golangci-lint and workflowcheck
	@echo "== lint"
	@$(LINT) run --timeout 10m ./...
	@$(WORKFLOWCHECK) -config .workflowcheck.yml ./workflows/...

golden: ## write the golden files and recorded histories anew
	@$(GO) test ./workflows/changetest ./bot ./bot/api ./bot/slack ./bot/lark ./policy ./cmd/orderly ./cmd/orderly/command -update
	@$(GO) test ./workflows -run 'TestEveryStateEndsAndReplays|TestTheLockBookReplays|TestTheFirstLinkOfAnAccountStays' -update

docs: build ## write the catalogue of operations anew
	@bin/orderly docs --lang en > deploy/catalogue.md
	@bin/orderly docs --lang zh > deploy/catalogue.zh.md

bench: build ## measure speed and cost, each figure beside its floor
	@ORDERLY_BIN=$(CURDIR)/bin/orderly $(SANDBOX) idc1 -- \
		$(GO) test -tags bench -timeout 60m -count 1 -run TestBench -v ./cmd/orderly/bench

sandbox: ## build and start a real Kubernetes control plane without containers
	@"$$(deploy/sandbox/build.sh)" $(ARGS)

fuzz: ## fuzz every parser for 10 seconds each
	@for p in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "== $$p $$f"; $(GO) test $$p -run '^$$' -fuzz "^$$f$$" -fuzztime 10s || exit 1; \
		done; \
	done

replay: ## replay the recorded histories
	@$(GO) test ./workflows -run 'TestRecordedHistoriesReplay|TestTheLockBookReplays|TestTheFirstLinkOfAnAccountStays'

clean: ## remove what was built
	@rm -rf bin

.PHONY: tools
tools: $(LINT) $(WORKFLOWCHECK)

$(LINT):
	@echo "building golangci-lint (once, about 4 minutes)"
	@mkdir -p $(@D) && GOFLAGS= GOBIN=$(@D)/build-lint $(GO) install -p $(JOBS) github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	@mv $(@D)/build-lint/golangci-lint $@ && rmdir $(@D)/build-lint

$(WORKFLOWCHECK):
	@echo "building workflowcheck (once, a few seconds)"
	@mkdir -p $(@D) && GOFLAGS= GOBIN=$(@D)/build-check $(GO) install -p $(JOBS) go.temporal.io/sdk/contrib/tools/workflowcheck@v0.6.0
	@mv $(@D)/build-check/workflowcheck $@ && rmdir $(@D)/build-check
