.DEFAULT_GOAL := help
.PHONY: help build demo test crash crash-validate bench soak fuzz bench-spool bench-peers backlog power-cuts faults fleet-rotation hostile kernel-sensors publish deb field-test fmt check clean

CONFIGURATION ?= Release
export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

help:    ## What you can do here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16
build:   ## Compile everything; a warning is an error
	dotnet build Iot.sln -c $(CONFIGURATION)
demo:    ## Gateway, this machine as a device, a small simulated fleet, a dashboard; Ctrl-C stops it
	@docs/demo/run.sh
test:    ## Install what tests need (apt), build, run every test; ends with 'N passed, N failed, N skipped'
	@tests/install-tools.sh
	@tests/run.sh $(CONFIGURATION)
crash:   ## Kill everything at random under load, then prove that nothing is lost or doubled; OPTIONS='--kills 500 --seed 1'
	@tests/crash.sh $(OPTIONS)
crash-validate: ## The crash campaign against sabotaged gateways: it must find each
	@tests/crash.sh validate
bench:   ## Micro-benchmarks, load, agent, idle, shares of real servers, scaling; tables for tests/Iot.Benchmarks/RESULTS.md
	@tests/bench.sh
soak:    ## One hour of sink outage at 5,000 readings/s: memory flat, drained in 5 minutes, nothing lost (SOAK_MINUTES)
	@tests/soak.sh
fuzz:    ## Foreign and mutated bytes for every reader, FUZZ_MINUTES (15) each; the table for tests/Iot.Fuzz/RESULTS.md
	@tests/fuzz.sh
bench-spool: ## How long a start takes with 10 GiB spooled (root; 12 GiB under TMPDIR, default /var/tmp)
	@tests/bench.sh spool
bench-peers: ## The same load through Node-RED, an mqtt.js bridge and the gateway (npm); the tables of tests/Iot.Benchmarks/RESULTS-peers.md
	@tests/bench.sh peers
backlog: ## A day's backlog of a real agent over 256 kbit/s: live p99 below 2 s; prints a table (OPTIONS='HOURS READINGS_PER_SECOND KBIT')
	@tests/backlog.sh $(OPTIONS)
power-cuts: ## 10,000 random power cuts over the whole ingest path and over the agent's outbox, compared with models; prints a table
	@tests/power-cuts.sh
faults:  ## Full disks, failing fsyncs, jumping clocks, stopped processes, cut connections (root); a table at the end
	@tests/faults.sh
fleet-rotation: ## The CA changed under 1,000 devices over TLS: nobody cut off, nothing lost; OPTIONS='--devices N --seconds S'
	@tests/fleet-rotation.sh $(OPTIONS)
hostile: ## A fleet over TLS while strangers attack for two minutes: p99 PUBACK, what was refused; OPTIONS='--devices N --seconds S'
	@tests/hostile.sh $(OPTIONS)
kernel-sensors: ## The agent's sensors against real drivers of a real kernel, booted in qemu with simulated chips
	@tests/kernel-sensors.sh
publish: ## Self-contained gateway and native edge agent for linux-x64 and linux-arm64 under artifacts/
	@tests/install-tools.sh publish
	@systemd/publish.sh
deb: publish ## Packages of both for amd64 and arm64 under artifacts/, with a tarball of the agent; lintian must be content
	@tests/install-tools.sh deb
	@systemd/deb/build.sh
	@systemd/deb/lint.sh
field-test: deb ## The packages on Debians that are really booted: installed by the printed line, killed, upgraded, purged (root; a table in systemd/)
	@tests/field-test.sh
fmt:     ## Rewrite files to the house style
	dotnet format Iot.sln
check:   ## Style without building tests: what fmt would change
	dotnet format Iot.sln --verify-no-changes
clean:   ## Remove what was built
	rm -rf artifacts && find gateway edge-agent tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
