# Arrears. `make help` lists what can be made; the text after ## is shown there.

# go.mod names the toolchain; an environment that pins an older one is overruled for what is made here.
export GOTOOLCHAIN := auto

GO       ?= go
PACKAGES ?= ./...

# Every test binary links DuckDB, so only so many are linked and run at once, and a cold cache needs time.
PARALLEL ?= 2
TIMEOUT  ?= 75m

LINTER_VERSION := v2.15.0
LINTER         := bin/golangci-lint-$(LINTER_VERSION)

.DEFAULT_GOAL := help
.PHONY: help run build check format vet lint test test-long fuzz needs bench golden clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## the demo company: made up, ingested, computed and served; prints the address
	$(GO) run ./cmd/arrears demo

build: ## the binary, bin/arrears
	$(GO) build -trimpath -o bin/arrears ./cmd/arrears

check: format vet lint ## formatting, go vet and the linters (which keep the import arrows)

format:
	@unformatted=$$(gofmt -l .) && test -z "$$unformatted" || { printf 'gofmt these:\n%s\n' "$$unformatted"; exit 1; }

vet:
	$(GO) vet $(PACKAGES)

lint: $(LINTER)
	$(LINTER) run $(PACKAGES)

# Built once, in about two minutes, by the Go that builds the project.
$(LINTER):
	GOFLAGS= GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINTER_VERSION)
	mv bin/golangci-lint $@

test: needs ## everything that must hold, in one command; installs what the browser tests need
	$(GO) test -race -p $(PARALLEL) -timeout $(TIMEOUT) $(PACKAGES)

test-long: needs ## the same with every random case and every size; takes hours
	ARREARS_LONG=1 $(GO) test -race -p 1 -timeout 6h $(PACKAGES)
	GO=$(GO) .ci/fuzz

fuzz: ## every fuzz target for a minute, one after the other; FUZZTIME sets another time
	GO=$(GO) .ci/fuzz

needs:
	@.ci/needs

bench: ## benchmarks against a reference run in the same process, printed as ratios
	$(GO) test -run '^$$' -bench . -benchtime 1x -p 1 -timeout 2h $(PACKAGES)

golden: ## writes the golden tables anew; read the diff as a change of figures
	ARREARS_GOLDEN=write $(GO) test -count 1 -p $(PARALLEL) -timeout $(TIMEOUT) $(PACKAGES)

clean: ## removes what was built here
	rm -rf bin dist
