#!/usr/bin/env bash
# Random power cuts over the whole ingest path and over the agent's outbox, compared with models; prints the table of tests/Iot.Gateway.Tests/Pipeline/PowerCuts/RESULTS.md.
# tests/power-cuts.sh [CUTS]   Default 10,000. POWER_CUT_SEED=N runs one life again.
set -euo pipefail
cd "$(dirname "$0")/.."
export POWER_CUTS=${1:-10000} POWER_CUTS_TABLE
POWER_CUTS_TABLE=$(mktemp)
trap 'rm -f "$POWER_CUTS_TABLE"' EXIT
# The disk that is cut is one in memory, so the dead letters' file may lie in memory, too.
[ -d /dev/shm ] && export TMPDIR=/dev/shm

dotnet build tests/Iot.Gateway.Tests -c Release -v quiet --nologo >&2
started=$SECONDS
dotnet tests/Iot.Gateway.Tests/bin/Release/net10.0/Iot.Gateway.Tests.dll --filter-class '*.PowerCutTests' --progress off --no-ansi >&2

dotnet build tests/Iot.EdgeAgent.Tests -c Release -v quiet --nologo >&2
dotnet tests/Iot.EdgeAgent.Tests/bin/Release/net10.0/Iot.EdgeAgent.Tests.dll --filter-class '*.OutboxPowerCutTests' --progress off --no-ansi >&2

echo "Commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F), $(nproc) cores, .NET $(dotnet --version), $((SECONDS - started)) s."
echo
echo "| what | how many |"
echo "| --- | --- |"
cat "$POWER_CUTS_TABLE"
