#!/usr/bin/env bash
# Builds all, runs every test project, one after the other; the last line is 'N passed, N failed, N skipped'.
# tests/run.sh CONFIGURATION
set -uo pipefail
cd "$(dirname "$0")/.."
configuration=${1:-Release}
export PATH=$PATH:/usr/sbin

dotnet build Iot.sln -c "$configuration" || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

passed=0 failed=0 skipped=0 status=0
for project in tests/*.Tests; do
  name=$(basename "$project")
  echo "== $name"
  started=$SECONDS
  log=$(mktemp)
  dotnet "$project/bin/$configuration/net10.0/$name.dll" --no-progress --no-ansi 2>&1 | tee "$log"
  [ "${PIPESTATUS[0]}" -eq 0 ] || status=1
  echo "== $name took $((SECONDS - started)) s"

  count() { grep -oE "^ *$1: *[0-9]+" "$log" | grep -oE '[0-9]+' | tail -1; }
  if [ -z "$(count total)" ]; then
    echo "== $name ended without a summary"
    failed=$((failed + 1)) status=1
  fi
  passed=$((passed + $(count succeeded || true) + 0)) failed=$((failed + $(count failed || true) + 0)) skipped=$((skipped + $(count skipped || true) + 0))
  rm -f "$log"
done

echo "$passed passed, $failed failed, $skipped skipped"
exit $status
