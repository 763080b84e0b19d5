#!/usr/bin/env bash
# Builds all, then runs every test project, one after the other; the last line is 'N passed, N failed, N skipped'.
# tests/run.sh [CONFIGURATION]
# TEST_MINUTES (default 45) bounds the run without the build: what hangs is named every three minutes, killed at the end and counts as failed. A quiet machine of 2 cores needs about 18.
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
export PATH=$PATH:/usr/sbin DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1

if ! dotnet build Iot.sln -c "$configuration" --nologo -v quiet -tl:off; then
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi

# What the last summary in a log says: total, succeeded, failed or skipped; 0 when there is none.
count() { # word, log
  sed -n '/^Test run summary/,$p' "$2" | awk -v word="$1:" '$1 == word { n = $2 } END { print n + 0 }'
}

# Each failed test with the first lines of what it said.
failed_tests() { # log
  awk '/^failed / { lines = 30 } /^[^ ]/ && !/^failed / { lines = 0 } lines-- > 0' "$1"
}

passed=0 failed=0 skipped=0 times='' failures=''
deadline=$((SECONDS + ${TEST_MINUTES:-45} * 60))
log=$(mktemp)
trap 'rm -f "$log"' EXIT

for project in tests/*.Tests; do
  name=$(basename "$project")
  echo "== $name"
  started=$SECONDS
  left=$((deadline - SECONDS))
  timeout --kill-after=10 $((left > 1 ? left : 1)) \
    dotnet "$project/bin/$configuration/net10.0/$name.dll" --progress off --no-ansi --long-running 180 --xunit-diagnostics on </dev/null 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}

  project_failed=$(count failed "$log")
  if [ "$code" -ne 0 ] && [ "$project_failed" -eq 0 ]; then
    case $code in
      8) why="it holds no test" ;;
      124 | 137) why="it was killed, the time is up or memory ran out" ;;
      *) why="it crashed" ;;
    esac
    echo "== $name ended with exit code $code and no failed test: $why"
    project_failed=1
  elif [ "$code" -eq 0 ] && [ "$(count total "$log")" -eq 0 ]; then
    echo "== $name ended without a summary"
    project_failed=1
  fi
  case $code in 124 | 137) failures+="$name: it hung in $(sed -n 's/^\[Long Running Test\] //p' "$log" | tail -n 1)"$'\n' ;; esac
  failures+=$(failed_tests "$log" | sed "s/^failed /$name: /")
  [ "$project_failed" -eq 0 ] || failures+=$'\n'
  passed=$((passed + $(count succeeded "$log")))
  failed=$((failed + project_failed))
  skipped=$((skipped + $(count skipped "$log")))
  times+=$(printf '%6d s  %s' $((SECONDS - started)) "$name")$'\n'
done

printf '\n%s\n' "$times"
[ -z "$failures" ] || printf 'These failed:\n%s\n' "$failures"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
