#!/bin/sh
# Installs the IoT edge agent from the gateway that served this file, enrolls this machine with the token, starts the agent,
# and waits until the gateway has acknowledged the first readings. Run again it upgrades. As root:
#   sh install.sh TOKEN                        as 'iot-gateway devices add' printed it
#   sh install.sh --download-only DIR TOKEN    only the package, checked, into DIR; needs no root
# The token names the gateway and the SHA-256 of the root that it must show: whatever comes from elsewhere is refused.
# It holds once and for an hour; as an argument of sh it can be seen by other users of this machine for that long. What is started here gets it by standard input.
set -eu

done_so_far="Nothing was changed."

fail() { # what, what to do
  printf '\niot-edge-agent was not set up: %s\n%s\n%s\n' "$1" "$done_so_far" "$2" >&2
  exit 1
}

usage() {
  echo "$1 Write: sh install.sh [--download-only DIR] TOKEN, the token as 'iot-gateway devices add' printed it." >&2
  exit 2
}

say() { printf '%s\n' "$*"; }

need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || fail "the program '$program' is missing." "Install it (Debian, Ubuntu: apt-get install curl coreutils gawk tar), then run the same line again."
  done
}

is_loopback() { # http://127.x.y.z with or without a port; 127.0.0.1.example is a name of somebody else's
  address=${1#http://}
  address=${address%%[:/]*}
  case $1,$address in *,*[!0-9.]* | *,*.*.*.*.*) return 1 ;; http://*,127.*.*.*) return 0 ;; *) return 1 ;; esac
}

read_token() {
  case $token in *[!A-Za-z0-9_-]* | '') usage "This is no token." ;; esac
  case $((${#token} % 4)) in 2) padding='==' ;; 3) padding='=' ;; *) padding='' ;; esac
  printf '%s%s' "$token" "$padding" | tr '_-' '/+' | base64 -d >"$work/token" 2>/dev/null || usage "This is no token, or not all of it."

  # byte 0: version; 33 to 64: SHA-256 of the root; 65: length of the device's id; then the id and the gateway's URL
  hex=$(od -An -v -tx1 "$work/token" | tr -d ' \n')
  if [ "${#hex}" -lt 136 ] || [ "$(printf %s "$hex" | cut -c 1-2)" != 01 ]; then usage "This is no token of a version that is known here, or not all of it."; fi
  root=$(printf %s "$hex" | cut -c 67-130)
  length=$((0x$(printf %s "$hex" | cut -c 131-132)))
  device=$(tail -c +67 "$work/token" | head -c "$length")
  url=$(tail -c "+$((67 + length))" "$work/token")
  url=${url%/}
  case $url in *[!][A-Za-z0-9.:/_-]*) usage "This is no token, or not all of it." ;; esac
  case $url in
    https://* | http://localhost:* | http://\[::1\]:*) ;;
    *) is_loopback "$url" || fail "the token leads to '$url', where others could read it on the way." "Set Ca:EnrollUrl of the gateway to its https address and make a new token." ;;
  esac
}

fetch() { # path, file, how it is trusted
  # shellcheck disable=SC2086 # an option with its file, or nothing
  code=$(curl -sS --noproxy '*' --connect-timeout 10 --max-time 900 --retry 5 --retry-connrefused $3 -o "$2" -w '%{http_code}' "$url$1" 2>"$work/curl") || {
    case $? in
      60) fail "$url does not show a certificate that leads to the root in the token." "Is it the right gateway, and this machine's clock right (it says $(date -u))? Set it with: date -s '…'" ;;
      *) fail "$url$1 cannot be fetched: $(cat "$work/curl")" "Check cable, address and firewall, then run the same line again." ;;
    esac
  }
  [ "$code" = 200 ] || fail "$url$1 answered $code: $(sed -n 's/.*"detail":"\([^"]*\)".*/\1/p' "$2")" "Put that right at the gateway, then run the same line again."
}

# Of all that calls itself the gateway's root only the one is believed whose hash stands in the token.
trust_gateway() {
  trust=''
  case $url in http://*) return ;; esac

  fetch /api/v1/enroll/roots "$work/roots" -k
  awk -v at="$work/root" '/-----BEGIN CERTIFICATE-----/ { n++ } n { print > (at "." n) }' "$work/roots"
  for one in "$work"/root.*; do
    [ -f "$one" ] || continue
    if [ "$(sed '/-----/d' "$one" | base64 -d 2>/dev/null | sha256sum | cut -c 1-64)" = "$root" ]; then
      mv "$one" "$work/ca.pem"
      trust="--cacert $work/ca.pem"
      return
    fi
  done
  fail "$url does not have the root that the token names: it is another gateway, or somebody stands between." "The token was not sent. Ask whoever gave you the token for a new one."
}

machine() {
  if command -v dpkg >/dev/null && [ -e /etc/debian_version ]; then # dpkg alone can be a tool on a machine of another family
    kind=deb
    arch=$(dpkg --print-architecture)
  else
    kind=tar.gz
    case $(uname -m) in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; armv7l) arch=armhf ;; *) arch=$(uname -m) ;; esac
  fi
}

download() {
  fetch /install/SHA256SUMS "$work/list" "$trust"
  name=$(awk -v end="_$arch.$kind" 'substr($2, length($2) - length(end) + 1) == end { name = $2 } END { print name }' "$work/list")
  case $name in
    '') fail "$url has no package for this machine (${arch}, ${kind})." "There are: $(awk '{ print $2 }' "$work/list" | tr '\n' ' ')" ;;
    *[!A-Za-z0-9.+~_-]*) fail "$url names a package '$name'." "That is no name of a package." ;;
  esac
  package=$work/$name
  version=${name#iot-edge-agent_}
  version=${version%_*}
  fetch "/install/$name" "$package" "$trust"
  [ "$(sha256sum "$package" | cut -c 1-64)" = "$(awk -v name="$name" '$2 == name { print $1 }' "$work/list")" ] ||
    fail "$name is not what $url lists: its SHA-256 differs." "Run the same line again; if that does not help, the gateway's package is damaged: install it again there."
}

install_deb() {
  have=$(dpkg-query -W -f '${db:Status-Status} ${Version}' iot-edge-agent 2>/dev/null || true)
  case $have in "installed "*) if dpkg --compare-versions "${have#installed }" ge "$version"; then version=${have#installed }; return; fi ;; esac

  # settings that somebody changed stay
  if command -v apt-get >/dev/null; then
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$package" >"$work/log" 2>&1
  else
    dpkg --force-confdef --force-confold -i "$package" >"$work/log" 2>&1
  fi || fail "$name could not be installed: $(tail -n 5 "$work/log")" "Put that right, then run the same line again."
}

install_tarball() {
  mkdir "$work/files"
  tar -C "$work/files" --no-same-owner -xzf "$package"
  "$work/files/usr/lib/iot-edge-agent/iot-edge-agent" --version >"$work/log" 2>&1 ||
    fail "the program does not run here: $(tail -n 3 "$work/log")" "It needs glibc 2.34 and OpenSSL 3, and a /tmp that programs may run from (else set TMPDIR)."

  done_so_far="Files of iot-edge-agent are in /usr/lib/iot-edge-agent; /usr/lib/iot-edge-agent/uninstall.sh takes them away."
  [ ! -f /etc/default/iot-edge-agent ] || rm "$work/files/etc/default/iot-edge-agent"
  (umask 022 && cd "$work/files" && find . ! -type d >"$work/names" && tar --no-recursion -cf - -T "$work/names" | tar -C / --no-same-owner -xf - && mkdir -p /etc/iot-edge-agent)
  getent passwd iot-edge-agent >/dev/null || systemd-sysusers iot-edge-agent.conf || useradd --system --home-dir /var/lib/iot-edge-agent --shell /usr/sbin/nologin iot-edge-agent
  for group in dialout gpio i2c plugdev spi; do
    if getent group "$group" >/dev/null; then usermod -a -G "$group" iot-edge-agent; fi
  done
  install -d -m 0700 -o iot-edge-agent -g iot-edge-agent /var/lib/iot-edge-agent
  systemctl daemon-reload
  systemctl enable --quiet iot-edge-agent.service
}

# The newest and the one before stay, so that there is a way back.
keep_package() {
  install -D -m 0644 "$package" "/var/cache/iot-edge-agent/$name"
  find /var/cache/iot-edge-agent -type f | sort -t _ -k 2,2V | sed '$d' | sed '$d' | while read -r old; do rm -f "$old"; done
}

enroll() {
  done_so_far="iot-edge-agent $version is installed, and does not run before it is enrolled."
  printf '%s\n' "$token" | iot-edge-agent enroll - >"$work/log" 2>&1 || fail "$(cat "$work/log")" "When that is put right, run the same line again."
}

start() {
  done_so_far="iot-edge-agent $version is installed and enrolled as $device."
  systemctl restart iot-edge-agent.service || fail "the service did not start." "Why: systemctl status iot-edge-agent; journalctl -u iot-edge-agent"
  seconds=0
  until iot-edge-agent status --json 2>/dev/null | grep -q '"lastPublished": "'; do
    seconds=$((seconds + 1))
    if [ "$seconds" -gt 60 ]; then
      iot-edge-agent status >&2 || true # what there is of it
      fail "the gateway has not acknowledged anything within a minute." "It runs, keeps its readings and goes on trying. Is the gateway's port for MQTT with TLS (8883) open? sudo iot-edge-agent status"
    fi
    sleep 1
  done
}

main() {
  into=''
  if [ "${1:-}" = --download-only ]; then
    [ $# -eq 3 ] || usage "--download-only needs a directory and a token."
    into=$2
    shift 2
  fi
  [ $# -eq 1 ] || usage "One token is needed."
  token=$1
  case $0 in */tmp.??????????) rm -f "$0" ;; esac # by mktemp of the printed line; all of it is read by now

  need curl base64 od sha256sum awk sed tar
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  read_token
  if [ -z "$into" ]; then
    [ "$(id -u)" -eq 0 ] || fail "this needs root." "Run it with sudo: … | sudo sh -s -- TOKEN"
    [ -d /run/systemd/system ] || fail "this machine does not run systemd." "With --download-only the package can be had for another way to run it: $url/install/SHA256SUMS"
  fi

  machine
  trust_gateway
  download
  if [ -n "$into" ]; then
    cp "$package" "$into/"
    say "$into/$name, SHA-256 as listed by $url"
    return
  fi

  say "$device at $url: setting up iot-edge-agent $version …"
  if [ "$kind" = deb ]; then install_deb; else install_tarball; fi
  keep_package
  enroll
  start
  say "installed  iot-edge-agent $version ($arch) from $url"
  say "enrolled   as $device; the key never leaves this machine"
  if systemctl is-enabled --quiet iot-edge-agent.service; then after='also after a reboot'; else after='until the next reboot: it is not enabled, and nobody but you changes that (systemctl enable iot-edge-agent)'; fi
  say "running    as the service iot-edge-agent, $after"
  say "published  the gateway acknowledged the first readings after $seconds s"
  say "next       sudo iot-edge-agent status; the device's page: $url/devices/$device"
}

main "$@"
