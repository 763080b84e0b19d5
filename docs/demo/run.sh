#!/usr/bin/env bash
# Gateway, this machine as a device, a small simulated fleet and a dashboard, all on 127.0.0.1. Ctrl-C stops it.
# DEMO_DATA=folder keeps the data there; DEMO_DEVICES=N sets the size of the simulated fleet (default 5, 0 for none);
# DEMO_HTTP_PORT and DEMO_MQTT_PORT are tried first (defaults 8080 and 1883), then the ports after them.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

fleet=${DEMO_DEVICES:-5}
kept=${DEMO_DATA:-} # where the data stays; empty: it goes
data='' books='' asked=''
names=() pids=() # in the order of starting; stopped in reverse, so that the agents' last batches still arrive

say() { printf '%s\n' "$*"; }

fail() {
  [ -z "$books" ] || [ ! -t 1 ] || say
  say "$*"
  kept=${kept:-$data}
  exit 1
}

# Whether something listens there.
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() { # first to try
  local port=$1
  while taken "$port"; do port=$((port + 1)); done
  echo "$port"
}

# What the gateway answers, without its headers; nothing when it does not. A machine may have no curl.
get() ( # path
  exec 3<>"/dev/tcp/127.0.0.1/$http_port"
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" "$http_port" >&3
  timeout 5 sed -e '1,/^\r$/d' -e '/^[0-9a-f]*\r$/d' <&3 | tr -d '\r\n' # lengths of chunks stand in lines of their own
) 2>/dev/null

# In a session of its own, so that Ctrl-C reaches this script alone; ended with it, however it ends.
start() { # name, command …
  local name=$1
  shift
  setsid setpriv --pdeathsig TERM "$@" >"$data/logs/$name.log" 2>&1 </dev/null &
  names+=("$name") pids+=($!)
}

check_alive() {
  local i code=0
  for i in "${!pids[@]}"; do
    if kill -0 "${pids[i]}" 2>/dev/null; then continue; fi
    { wait "${pids[i]}" || code=$?; } 2>/dev/null # without bash's own word on it
    fail "The ${names[i]} ended by itself with exit code $code. The end of its log:
$(tail -n 15 "$data/logs/${names[i]}.log")"
  done
}

wait_for() { # seconds, what, command …
  local tries what=$2
  for ((tries = $1 * 5, SECONDS = 0; tries > 0; tries--)); do
    check_alive
    if "${@:3}"; then return; fi
    sleep 0.2
  done
  fail "$what did not come within $1 s."
}

is_ready() { get /health/ready | grep -q '"healthy"'; }
has_readings_of() { get /api/v1/devices | grep -q "\"$1\""; }

# One line of the books, all devices together: the totals of /api/v1/ledger.
read_books() {
  get /api/v1/ledger | sed -n 's/^{"totals":{\([^}]*\)}.*/\1/p' | tr ',' '\n' | awk -F: '
    { gsub(/"/, ""); total[$1] = $2 }
    END {
      if (!total["devices"]) { print "books: nothing received yet"; exit }
      printf "books %s  received %d  accepted %d  rejected %d  duplicate %d  stored %d  pending %d  (%d device%s)\n",
        total["balanced"] == "true" ? "balanced ✓" : "NOT BALANCED", total["received"], total["accepted"], total["rejected"], total["duplicate"],
        total["stored"], total["pending"], total["devices"], total["devices"] == 1 ? "" : "s"
    }' || true
}

show_books() {
  books=$(read_books)
  if [ -t 1 ]; then printf '\r\033[?7l\033[K%s\033[?7h' "$books"; else say "$books"; fi # cut off, not wrapped
}

stop_one() { # index
  local tries
  kill -TERM "${pids[$1]}" 2>/dev/null || return 0
  for ((tries = 150; tries > 0; tries--)); do
    kill -0 "${pids[$1]}" 2>/dev/null || return 0
    sleep 0.1
  done
  say "The ${names[$1]} did not stop within 15 s and was killed."
  kill -KILL "${pids[$1]}" 2>/dev/null || true
}

stop() {
  local code=$? i
  trap '' INT TERM HUP
  if [ -n "$asked" ]; then
    code=0
    if [ -n "$books" ] && [ -t 1 ]; then printf '\033[?7h\n'; fi
    say "Stopping …"
  fi
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do stop_one "$i"; done
  if [ -n "$kept" ]; then say "Data and logs stay in $kept."; elif [ -n "$data" ]; then rm -rf "$data"; fi
  exit "$code"
}

trap 'asked=yes; exit 0' INT TERM HUP
trap stop EXIT

say "Building (a minute or two the first time) …"
for project in gateway/Iot.Gateway edge-agent/Iot.EdgeAgent; do
  if ! output=$(dotnet build "$project" -c Release --nologo -v quiet --disable-build-servers 2>&1); then fail "$output"; fi
done

data=${kept:-$(mktemp -d "${TMPDIR:-/tmp}/iot-demo.XXXXXX")}
mkdir -p "$data/logs"
data=$(cd "$data" && pwd)
http_port=$(free_port "${DEMO_HTTP_PORT:-8080}")
mqtt_port=$(free_port "${DEMO_MQTT_PORT:-1883}")

start gateway dotnet gateway/Iot.Gateway/bin/Release/net10.0/iot-gateway.dll run \
  --Data:Path "$data/gateway" --Http:Url "http://127.0.0.1:$http_port" --Mqtt:Port "$mqtt_port" --Mqtt:TlsPort 0 --Mqtt:AllowAnonymous true
wait_for 60 "The gateway" is_ready

agent=(dotnet edge-agent/Iot.EdgeAgent/bin/Release/net10.0/iot-edge-agent.dll run --Gateway:Url "mqtt://127.0.0.1:$mqtt_port" --Gateway:MinBackoff 00:00:01)
sensors=(--Sensors:system:Kind System --Sensors:system:Interval 00:00:01)
if [ -e /sys/class/hwmon/hwmon0 ]; then sensors+=(--Sensors:hwmon:Kind Hwmon --Sensors:hwmon:Interval 00:00:02); fi
if [ -e /sys/class/thermal/thermal_zone0 ]; then sensors+=(--Sensors:thermal:Kind Thermal --Sensors:thermal:Interval 00:00:02); fi
machine=$(uname -n | tr -c 'A-Za-z0-9._\n-' '-' | sed 's/^[^A-Za-z0-9]/device&/' | cut -c1-64)
start edge-agent "${agent[@]}" --Data:Path "$data/edge-agent" --Device:Id "$machine" "${sensors[@]}"
if [ "$fleet" -gt 0 ]; then
  start fleet "${agent[@]}" --Data:Path "$data/fleet" --Simulation:Devices "$fleet" --Simulation:Prefix sim-pump-
fi
wait_for 60 "The first readings of this machine" has_readings_of "$machine"

cat <<END

  Dashboard   http://127.0.0.1:$http_port
  Devices     $machine (this machine, for real) and $fleet simulated pumps
  MQTT        127.0.0.1:$mqtt_port; be a device yourself:
              mosquitto_pub -p $mqtt_port -q 1 -t v1/devices/desk/telemetry -m '[{"n":"room/temperature","u":"Cel","v":21.5}]'
  Logs        $data/logs
  Ctrl-C stops everything.

END
while true; do
  check_alive
  show_books
  sleep 1 &
  wait $!
done
