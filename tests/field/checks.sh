# How tests/field-test.sh looks at machines, and keeps what it saw. Sourced.

unit=iot-edge-agent
gateway_url=https://gateway:8443
failed=0
: >"$work/rows"

# A promise that holds when the command ends with 0; what a measurement said may stand in $measured.
check() { # promise, command …
  local said verdict=PASS
  if ! said=$("${@:2}" 2>&1); then
    verdict=FAIL
    failed=$((failed + 1))
    printf '%s\n' "$said" | tail -n 15 | sed 's/^/     | /'
  fi
  echo "$verdict $1${measured:+: $measured}"
  echo "| $1 | ${measured:-} | $verdict |" >>"$work/rows"
  measured=''
}

results() {
  local where=systemd/RESULTS-field-test.md
  if [ "${FIELD_PARTIAL:-}" != 1 ]; then
    {
      echo "# The packages in the field"
      echo
      echo "\`make field-test\` on Debian 12 in systemd-nspawn, $(date -u +%F), commit $(git rev-parse --short HEAD), $(nproc) cores, kernel $(uname -r)."
      echo
      echo "| promise | measured | |"
      echo "| --- | --- | --- |"
      cat "$work/rows"
    } >"$work/results.md"
    cp "$work/results.md" "$where"
  fi
  echo "$(grep -c '| PASS |$' "$work/rows" || true) passed, $failed failed, 0 skipped"
  [ "$failed" -eq 0 ]
}

# Asks twice a second: machines of other kernels' processes have no signal that we could wait for.
within() { # seconds, command …
  local until=$((SECONDS + $1))
  until "${@:2}" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || { echo "not within $1 s: ${*:2}"; return 1; }
    sleep 0.5
  done
}

property() { in_machine "$1" systemctl show -p "$2" --value "${3:-$unit}"; } # machine, property, unit
main_pid() { property "$1" MainPID "${2:-$unit}"; }
is_active() { [ "$(property "$1" ActiveState "${2:-$unit}")" = active ] && [ "$(main_pid "$1" "${2:-$unit}")" -gt 1 ]; }
is_back() { is_active "$1" && [ "$(main_pid "$1")" != "$2" ]; } # machine, the process before
process() { in_machine "$1" cat "/proc/$(main_pid "$1" "${3:-$unit}")/$2"; } # machine, file, unit

status() { in_machine "$1" iot-edge-agent status --json; }
waiting() { status "$1" | sed -n 's/.*"waiting": \([0-9]*\).*/\1/p'; }
epoch() { status "$1" | sed -n 's/.*"epoch": "\([^"]*\)".*/\1/p'; }
waits_at_least() { [ "$(waiting "$1")" -ge "$2" ]; }

api() { in_machine gateway curl -fsSk "https://127.0.0.1:8443/api/v1/$1"; }
has_point() { api "readings?device=$1&limit=1" | grep -q '"value"'; }
all_is_there() { # machine, device: everything it has made is in the books, without a gap
  [ "$(waiting "$1")" -le 1 ] || return 1
  api "ledger/$2" | tee "$work/ledger" | grep -q '"gaps":\[\]'
}

line_for() { in_machine gateway iot-gateway devices add "$1" | sed -n 's/^ *\(.*install\.sh.*\)$/\1/p'; } # device

leaves_nothing() { # machine, name
  local left
  left=$(in_machine "$1" find / -xdev \( -path /proc -o -path /sys -o -path /srv -o -path /tmp -o -path /var/log \) -prune -o -name "*$2*" -print)
  left+=$(in_machine "$1" getent passwd "$2" || true)
  [ -z "$left" ] || { printf 'left: %s\n' "$left"; return 1; }
}
