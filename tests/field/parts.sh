# The promises of tests/field-test.sh, in parts. 'pump' is a device with the package, others are named where they come up. Sourced.

part_gateway() {
  create gateway && boot gateway 10.77.0.1
  copy_to gateway "artifacts/iot-gateway_${version}_amd64.deb"
  check "the gateway's package installs on a fresh Debian" in_machine gateway apt-get install -y --no-install-recommends "/srv/iot-gateway_${version}_amd64.deb"
  check "the gateway runs, is enabled and says that it is ready" gateway_is_well
  check "the gateway is not root, without capabilities and new privileges, with a filter of system calls" is_confined gateway iot-gateway
  echo '{ "Http": { "Url": "https://0.0.0.0:8443" }, "Ca": { "EnrollUrl": "https://gateway:8443" } }' >"$machines/gateway/root/etc/iot-gateway/10-network.json"
  in_machine gateway systemctl restart iot-gateway
  check "it hands out the agent's packages for both architectures" hands_out
}

gateway_is_well() {
  in_machine gateway systemctl is-enabled -q iot-gateway && within 30 is_active gateway iot-gateway && within 10 in_machine gateway iot-gateway health
}

is_confined() { # machine, unit
  local of
  of=$(process "$1" status "$2")
  grep -q '^Uid:.*[1-9]' <<<"$of" && ! grep -qP '^Uid:\t0' <<<"$of" && grep -qP 'NoNewPrivs:\t1' <<<"$of" && grep -qP 'CapEff:\t0+$' <<<"$of" && grep -qP 'Seccomp:\t2' <<<"$of"
}

hands_out() {
  in_machine gateway curl -fsSk https://127.0.0.1:8443/install/SHA256SUMS | tee "$work/list"
  grep -q _amd64.deb "$work/list" && grep -q _arm64.deb "$work/list" && grep -q _arm64.tar.gz "$work/list"
}

# From the line typed to a point that the dashboard's API returns.
install_by_line() { # machine, device
  local line started
  line=$(line_for "$2")
  echo "$line" >"$work/$1.line"
  started=$(date +%s%3N)
  in_machine "$1" sh -c "$line" >"$work/$1.install" 2>&1 || { cat "$work/$1.install"; return 1; }
  within 60 has_point "$2" || return 1
  echo "$(($(date +%s%3N) - started)) ms" >"$work/$1.time"
}

part_install() {
  create pump && boot pump 10.77.0.7
  install_by_line pump pump-7 && measured=$(cat "$work/pump.time")
  check "one line on a fresh Debian, and the first point is on the dashboard within 60 s" within_a_minute pump
  check "the installer says in five lines what it has done" said_five_lines pump
  check "the agent runs and is enabled" in_machine pump sh -c "systemctl is-active -q $unit && systemctl is-enabled -q $unit"
  check "the agent is not root, without capabilities and new privileges, with a filter of system calls" is_confined pump $unit
  check "its user is in the groups of serial ports that there are" in_machine pump sh -c "id -nG $unit | grep -qw dialout"
  check "it may open a serial port, and not what is root's" reaches_serial_ports pump
  within 40 is_small pump || true
  measured="$(memory pump) MB"
  check "it takes 25 MB at most once the start is over" is_small pump
  measured="limit $(property pump MemoryMax) bytes"
  check "its memory is bounded" test "$(property pump MemoryMax)" = 100663296
  check "the same line again changes nothing and says so" same_again pump
  check "a line with a root that is not the gateway's is refused, and nothing is changed" foreign_root pump
}

within_a_minute() { [ -f "$work/$1.time" ] && [ "$(cut -d' ' -f1 "$work/$1.time")" -lt 60000 ] || { cat "$work/$1.install"; return 1; }; }

said_five_lines() { [ "$(grep -cE '^(installed|enrolled|running|published|next) ' "$work/$1.install")" = 5 ]; }

same_again() { # machine: with the token that was used
  local line before
  line=$(cat "$work/$1.line")
  before=$(epoch "$1")
  in_machine "$1" sh -c "$line" && [ "$(epoch "$1")" = "$before" ]
}

foreign_root() {
  local line token
  line=$(line_for foreign)
  token=${line##* }
  ! in_machine "$1" sh -c "${line% *} ${token:0:60}AAAA${token:64}" >"$work/foreign" 2>&1 && grep -q 'does not have the root' "$work/foreign" && is_active "$1"
}

# Nodes that this test makes, opened with the unit's rules. Those of DevicePolicy= are enforced by no container; systemd-analyze judges them (UnitFileTests).
reaches_serial_ports() {
  nsenter -t "${leader[$1]}" -m sh -c 'umask 007; mknod /dev/ttyS0 c 4 64; chgrp dialout /dev/ttyS0; umask 077; mknod /dev/watchdog c 10 130'
  local as=(systemd-run --quiet --wait --pipe -p "User=$unit" -p DevicePolicy=closed -p PrivateUsers=yes -p NoNewPrivileges=yes)
  as+=(-p "DeviceAllow=char-gpiochip rw" -p "DeviceAllow=char-tty[A-Z]* rw" sh -c)
  in_machine "$1" "${as[@]}" 'exec 3<>/dev/ttyS0' >"$work/serial" 2>&1 || true # without the hardware: an I/O error
  cat "$work/serial"
  ! grep -qiE 'denied|not permitted' "$work/serial" || return 1
  in_machine "$1" "${as[@]}" 'exec 3<>/dev/watchdog' >"$work/other" 2>&1 || true # it is to fail; how is looked at
  grep -qiE 'denied|not permitted' "$work/other"
}

memory() { process "$1" status | awk '/VmRSS/ { printf "%.1f", $2 / 1024 }'; } # machine
is_small() { [ "$(memory "$1" | cut -d. -f1)" -lt 25 ]; }

part_life() {
  local before i
  for i in 1 2 3; do
    before=$(main_pid pump)
    in_machine pump kill -9 "$before"
    check "killed ($i of 3), it is back" within 20 is_back pump "$before"
  done
  before=$(main_pid pump)
  in_machine pump kill -STOP "$before"
  local started=$SECONDS
  within 100 is_back pump "$before" || true
  measured="$((SECONDS - started)) s"
  check "hung, the watchdog ends it and it is back" is_back pump "$before"
  started=$(date +%s%3N)
  in_machine pump systemctl stop $unit
  measured="$(($(date +%s%3N) - started)) ms"
  check "it stops in time, with exit code 0" test "$(property pump ExecMainStatus)/$(($(date +%s%3N) - started < 10000))" = 0/1
  in_machine pump systemctl start $unit
  check "after all that nothing is missing" within 60 all_is_there pump pump-7
}

# The gateway is away, so that batches wait on the device.
let_wait() { # machine, batches
  in_machine gateway systemctl stop iot-gateway
  within 120 waits_at_least "$1" "$2"
  epoch "$1" >"$work/$1.epoch"
}

deliver() { # machine, device
  in_machine gateway systemctl start iot-gateway
  within 180 all_is_there "$1" "$2"
}

same_outbox() { within 20 status "$1" && within 20 is_active "$1" && [ "$(epoch "$1")" = "$(cat "$work/$1.epoch")" ]; }

part_upgrade() {
  copy_to pump "$work/next/iot-edge-agent_${next}_amd64.deb"
  let_wait pump 3
  echo '# mine' >>"$machines/pump/root/etc/default/iot-edge-agent"
  check "a newer package installs over the running agent" in_machine pump sh -c "DEBIAN_FRONTEND=noninteractive apt-get install -y /srv/iot-edge-agent_${next}_amd64.deb"
  check "the upgraded agent has the same outbox" same_outbox pump
  check "what waited before the upgrade arrives, without a gap" deliver pump pump-7
  check "a settings file that was changed stays as it is" in_machine pump grep -q '# mine' /etc/default/iot-edge-agent
  in_machine pump systemctl disable -q --now $unit
  in_machine pump sh -c "dpkg -i /srv/iot-edge-agent_${next}_amd64.deb >/dev/null 2>&1"
  check "an agent that was switched off stays off over an upgrade" in_machine pump sh -c "! systemctl is-enabled -q $unit && ! systemctl is-active -q $unit"
  in_machine pump systemctl enable -q --now $unit
}

part_power_cut() {
  let_wait pump 3
  power_cut pump
  boot pump 10.77.0.7
  check "after a power cut it is back with its outbox" same_outbox pump
  check "what waited before the power cut arrives, without a gap" deliver pump pump-7
}

part_removal() {
  copy_to pump "$work/next/iot-edge-agent_${next}_amd64.deb"
  let_wait pump 2
  check "removed, it is stopped and its state stays" in_machine pump sh -c "dpkg -r $unit && ! systemctl is-active -q $unit && test -f /var/lib/$unit/identity.json"
  in_machine pump sh -c "dpkg -i /srv/iot-edge-agent_${next}_amd64.deb >/dev/null 2>&1"
  check "installed again, it goes on where it was" same_outbox pump
  check "and what waited arrives, without a gap" deliver pump pump-7
  check "it is purged" in_machine pump dpkg -P $unit
  check "a purge leaves nothing" leaves_nothing pump $unit
}

part_tarball() {
  create other && boot other 10.77.0.8
  in_machine other sh -c 'mkdir /srv/hidden && mv /usr/bin/dpkg /usr/bin/dpkg-query /usr/bin/apt-get /srv/hidden' # a machine of another family
  install_by_line other other-1 && measured=$(cat "$work/other.time")
  check "where there is no dpkg, one line installs the tarball, first point within 60 s" within_a_minute other
  check "that agent runs, is enabled and is not root" in_machine other sh -c "systemctl is-enabled -q $unit && [ \"\$(stat -c %U /proc/\$(systemctl show -p MainPID --value $unit))\" = $unit ]"
  check "its uninstall.sh --purge leaves nothing" sh_then_nothing other
  power_cut other
}

sh_then_nothing() { in_machine "$1" /usr/lib/iot-edge-agent/uninstall.sh --purge && leaves_nothing "$1" $unit; }

# As README.md told it before there were packages: files copied, a unit with a user that exists only while it runs.
part_by_hand() {
  create old && boot old 10.77.0.9
  cp -r artifacts/linux-x64/iot-edge-agent "$machines/old/root/usr/lib/"
  sed -e '/^Group=/d; /^ConditionPath/d; s|^User=|DynamicUser=yes\nEnvironment=HOME=%S/iot-edge-agent\nUser=|' systemd/iot-edge-agent.service >"$machines/old/root/etc/systemd/system/iot-edge-agent.service"
  local line
  line=$(line_for old-1)
  in_machine old sh -c "systemctl daemon-reload && systemctl enable -q --now $unit && echo '${line##* }' | /usr/lib/iot-edge-agent/iot-edge-agent enroll - && systemctl restart $unit && ln -s /usr/lib/iot-edge-agent/iot-edge-agent /usr/local/bin/" >/dev/null 2>&1
  within 60 has_point old-1
  let_wait old 2
  copy_to old "artifacts/iot-edge-agent_${version}_amd64.deb"
  check "the package takes over what was installed by hand with DynamicUser" in_machine old dpkg -i "/srv/iot-edge-agent_${version}_amd64.deb"
  check "with its outbox" same_outbox old
  check "which belongs to the lasting user, and no longer to /var/lib/private" in_machine old sh -c "[ ! -L /var/lib/$unit ] && [ \"\$(stat -c %U /var/lib/$unit /var/lib/$unit/identity.json | sort -u)\" = $unit ] && [ ! -e /var/lib/private/$unit ]"
  check "and what waited arrives, without a gap" deliver old old-1
  power_cut old
}

part_arm64() {
  make_arm64_root
  mkdir -p "$work/arm64"
  dpkg-deb -x "artifacts/iot-edge-agent_${version}_arm64.deb" "$work/arm64"
  local line
  line=$(line_for arm-1)
  check "the arm64 program enrolls (under qemu)" arm64 enroll "${line##* }"
  arm64 run >"$work/arm64.log" 2>&1 &
  local runs=$!
  check "the arm64 program publishes, first point on the dashboard" within 120 has_point arm-1
  pkill -P "$runs" || true # SIGTERM; how it ends is another test's
  wait "$runs" || true
}

# In the gateway's network, with files of its own.
arm64() {
  nsenter -t "${leader[gateway]}" -n -u unshare -m sh -c "mount --bind '$machines/gateway/root/etc/hosts' /etc/hosts && mkdir -p '$work/arm64/state' && \
    STATE_DIRECTORY='$work/arm64/state' exec qemu-aarch64-static -L '$roots/arm64' '$work/arm64/usr/lib/iot-edge-agent/iot-edge-agent' $*"
}

part_gateway_removal() {
  in_machine gateway sh -c "dpkg -i /srv/iot-gateway_${version}_amd64.deb >/dev/null 2>&1"
  check "the gateway's package installs over the running gateway, and the books are as before" books_are_there
  check "removed, the gateway is stopped and its data stay" in_machine gateway sh -c 'dpkg -r iot-gateway && ! systemctl is-active -q iot-gateway && test -f /var/lib/iot-gateway/devices.db'
  check "the gateway is purged" in_machine gateway dpkg -P iot-gateway
  check "its purge leaves nothing" leaves_nothing gateway iot-gateway
}

books_are_there() { gateway_is_well && api ledger | grep -q '"accepted":[1-9]'; }
