#!/usr/bin/env bash
# Mutated bytes for every reader of foreign bytes, two readers at a time; prints the table of tests/Iot.Fuzz/RESULTS.md.
# tests/fuzz.sh [TARGET...]   Without words: all. FUZZ_MINUTES (default 15) each; 0: only the table of what was run last.
# FUZZ_KEEP=1 keeps what was found, minimised, as the new corpus.
# Fails when an input breaks a promise of its reader, kills the process or hangs. Those inputs are then under artifacts/fuzz/TARGET/default.
set -euo pipefail
cd "$(dirname "$0")/.."
export MINUTES=${FUZZ_MINUTES:-15} FUZZ=$PWD/artifacts/fuzz PATH=$PATH:/usr/sbin NO_COLOR=1
export DOTNET_TieredPGO=0 DOTNET_gcConcurrent=0 DOTNET_gcServer=0
export AFL_SKIP_BIN_CHECK=1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_FORKSRV_INIT_TMOUT=120000
tests/install-tools.sh fuzz

# Counters go into copies; what was built stays as it is.
dotnet build tests/Iot.Fuzz -c Release --nologo -v quiet
rm -rf "$FUZZ/bin"
mkdir -p "$FUZZ"
cp -r tests/Iot.Fuzz/bin/Release/net10.0 "$FUZZ/bin"
program=$FUZZ/bin/Iot.Fuzz.dll
dotnet "$program" instrument "$FUZZ"/bin/{Iot.Wire,Iot.Journal,iot-gateway,ZstdSharp}.dll
export program
[ $# -gt 0 ] || mapfile -t targets < <(dotnet "$program" list)
[ $# -eq 0 ] || targets=("$@")

# The largest resident set that any process of a run ever had, in KiB; looked at while they live.
watch_memory() { # target, file
  local most=0 pid kib
  while sleep 2; do
    for pid in $(pgrep -f "^dotnet .*Iot.Fuzz.dll run $1\$"); do
      kib=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/$pid/status" 2>/dev/null) || continue
      [ "${kib:-0}" -le "$most" ] || echo "$((most = kib))" >"$2"
    done
  done
}

fuzz() { # target
  local run=$FUZZ/$1 watcher
  rm -rf "$run" "$run.in" "$run.seeds"
  dotnet "$program" seeds "$1" "$run.seeds"
  cp -r "$run.seeds" "$run.in"
  [ ! -e "tests/Iot.Fuzz/Corpus/$1.zip" ] || dotnet "$program" unpack "tests/Iot.Fuzz/Corpus/$1.zip" "$run.in"
  mkdir -p "$run"
  watch_memory "$1" "$run/peak" &
  watcher=$!
  # Three tries: SharpFuzz reads the first input as it starts, which on a busy machine may be before afl-fuzz has written it.
  # The heap's limit makes an exception, and so a finding, of memory without bounds; the rest of a process takes about 60 MiB.
  for _ in 1 2 3; do
    DOTNET_GCHeapHardLimit=0x10000000 nice -n 19 afl-fuzz -i "$run.in" -o "$run" -t 5000 -m none -G 65536 -V $((MINUTES * 60)) \
      -- dotnet "$program" run "$1" >"$run/log" 2>&1 || echo "afl-fuzz ended with $?: $run/log" >&2
    [ ! -e "$run/default/fuzzer_stats" ] || break
  done
  kill "$watcher"
}

# A hang on a machine with other work may be none: it counts when the input alone takes more than 10 s of processor time.
hangs() { # target
  local input count=0
  for input in "$FUZZ/$1"/default/hangs/id*; do
    [ ! -e "$input" ] || (ulimit -t 10 && dotnet "$program" replay "$1" "$input" >&2) || count=$((count + 1))
  done
  echo "$count"
}

row() { # target
  local stats=$FUZZ/$1/default/fuzzer_stats
  value() { sed -n "s/^$1 *: //p" "$stats"; }
  printf '| %s | %s | %s | %s | %s | %s → %s | %s | %s | %s | %s |\n' "$1" $(($(value run_time) / 60)) "$(value execs_done)" "$(value execs_per_sec)" \
    "$(value corpus_count)" "$(dotnet "$program" edges "$1" "$FUZZ/$1.seeds")" "$(value edges_found)" "$(value stability)" \
    "$(value saved_crashes)" "$2" $(($(cat "$FUZZ/$1/peak") / 1024))
}

export -f fuzz watch_memory
[ "$MINUTES" -eq 0 ] || printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -c 'fuzz {}'

echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB," \
  ".NET $(dotnet --version), kernel $(uname -r), AFL++ $(dpkg-query -W -f '${Version}' afl++), load $(cut -d' ' -f1 /proc/loadavg)," \
  "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F)"
echo
echo "| reader | minutes | executions | a second | corpus | edges | stability | crashes | hangs | peak MiB |"
echo "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |"
failed=0
for target in "${targets[@]}"; do
  if [ ! -e "$FUZZ/$target/default/fuzzer_stats" ]; then
    echo "| $target | did not start, see $FUZZ/$target/log |"
    failed=1
    continue
  fi
  hanging=$(hangs "$target")
  row "$target" "$hanging"
  [ "$hanging" -eq 0 ] && [ "$(sed -n 's/^saved_crashes *: //p' "$FUZZ/$target/default/fuzzer_stats")" -eq 0 ] || failed=1
  [ -z "${FUZZ_KEEP:-}" ] || dotnet "$program" minimise "$target" "$FUZZ/$target/default/queue" "tests/Iot.Fuzz/Corpus/$target.zip" >&2
done
exit $failed
