#!/usr/bin/env bash
# Builds Release, then prints the tables of tests/Iot.Benchmarks/RESULTS.md.
# tests/bench.sh [micro|load|agent|idle|share|scaling|viewers|spool|peers]...   Without words: the first seven. REPEAT=N runs of each load (default 3), SECONDS_EACH=S (default 10).
set -euo pipefail
cd "$(dirname "$0")/.."
parts=${*:-micro load agent idle share scaling viewers}
repeat=${REPEAT:-3} seconds=${SECONDS_EACH:-10}
export PATH=$PATH:/usr/sbin
export TMPDIR=${TMPDIR:-/var/tmp} # a real disk: /tmp is memory on many machines, and an fsync there proves nothing

build() { dotnet build "$1" -c Release -v quiet >&2; }
load=tests/Iot.LoadTest/bin/Release/net10.0/Iot.LoadTest

echo "## Machine"
echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB," \
  ".NET $(dotnet --version), kernel $(uname -r), $(df --output=fstype,source "$TMPDIR" | tail -1), load $(cut -d' ' -f1 /proc/loadavg)," \
  "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F)"

for part in $parts; do
  echo
  echo "## $part"
  case $part in
    micro)
      build tests/Iot.Benchmarks
      rm -rf artifacts/benchmarks/results
      log=$(mktemp)
      dotnet tests/Iot.Benchmarks/bin/Release/net10.0/Iot.Benchmarks.dll --filter '*' >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
      grep '^|' artifacts/benchmarks/results/BenchmarkRun-joined-*-report-github.md | grep -v '^|  *|' | { sed -u 2q; sort; } # a group of lines a class
      rm -f "$log"
      ;;
    load)
      tests/install-tools.sh
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      "$load" batch100 batch10 json100 zstd100 line single one-connection steady single-steady embedded victoria-metrics influxd --repeat "$repeat" --seconds "$seconds"
      ;;
    agent)
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      agent=edge-agent/Iot.EdgeAgent/bin/Release/net10.0/iot-edge-agent
      if command -v clang >/dev/null; then
        dotnet publish edge-agent/Iot.EdgeAgent -c Release -r linux-x64 -o artifacts/benchmarks/agent -v quiet >&2
        agent=artifacts/benchmarks/agent/iot-edge-agent
      else
        build edge-agent/Iot.EdgeAgent
      fi
      "$load" agent --agent "$agent" --repeat "$repeat" --seconds 30
      for age in 1 10; do "$load" agent --agent "$agent" --sensors 100 --max-age $age --repeat "$repeat" --seconds 30 | tail -n 1; done
      ;;
    idle) # what nobody uses costs
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      "$load" idle --repeat "$repeat"
      ;;
    share) # of what victoria-metrics and influxd take from a loader that does nothing else
      tests/install-tools.sh
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      "$load" share --repeat "$repeat" --seconds "$seconds"
      ;;
    scaling) # more devices, a longer backlog; BACKLOG_GIB (default 20) on the disk
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      "$load" devices
      echo
      "$load" backlog --gib "${BACKLOG_GIB:-20}"
      ;;
    viewers) # what open pages cost ingest
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      "$load" viewers --repeat "$repeat" --seconds "$seconds"
      ;;
    spool) # writes 11 GiB, deletes them again, and drops the page cache: root
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      "$load" spool "$TMPDIR/bench-spool.$$" --repeat "$repeat"
      ;;
    peers) # the table of tests/Iot.Benchmarks/RESULTS-peers.md
      tests/install-tools.sh peers
      build gateway/Iot.Gateway
      build tests/Iot.LoadTest
      peers=$(mktemp -d)
      trap 'rm -rf "$peers"' EXIT
      cp -r tests/Iot.LoadTest/Peers/{package.json,package-lock.json,mqtt-bridge.js,node-red} "$peers"
      (cd "$peers" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
      echo "node $(node --version), $(cd "$peers" && npm ls --depth=0 --parseable=false | sed -n 's/^.─* //p' | tr '\n' ' ')" \
        "mosquitto $(mosquitto -h | sed -n 's/^mosquitto version //p')"
      "$load" peers "$peers" --repeat "$repeat" --seconds "$seconds" --warm-up "${WARM_UP:-10}"
      echo "load $(cut -d' ' -f1-3 /proc/loadavg) at the end"
      ;;
    *)
      echo "tests/bench.sh [micro|load|agent|idle|share|scaling|viewers|spool|peers]..." >&2
      exit 2
      ;;
  esac
done
