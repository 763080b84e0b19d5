# Machines for tests/field-test.sh: fresh Debians with systemd as process 1, in systemd-nspawn, on a network of their own. Sourced.
# A machine's disk is a layer over one root that is made once. Needs root.

roots=${FIELD_ROOTS:-/var/tmp/iot-field-test} # kept from run to run
machines=$work/machines
declare -A leader=() supervisor=()

# What the test asks of Debian: systemd, and what the installer says that it needs. Nothing of what the packages must bring themselves.
make_root() {
  [ -d "$roots/root/etc" ] && return
  mkdir -p "$roots"
  echo "making a Debian root (once) …"
  mmdebstrap --variant=minbase --include=systemd,systemd-sysv,dbus,kmod,iproute2,procps,curl,sudo \
    --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$roots/root.tar" "$(debian_mirror)" >"$roots/mmdebstrap.log" 2>&1
  mkdir -p "$roots/making"
  tar -C "$roots/making" -xf "$roots/root.tar"
  : >"$roots/making/etc/machine-id"
  mv "$roots/making" "$roots/root"
  rm "$roots/root.tar"
}

# Libraries for programs of another processor, unpacked only.
make_arm64_root() {
  [ -e "$roots/arm64/lib/ld-linux-aarch64.so.1" ] && return
  echo "unpacking arm64 libraries (once) …"
  mmdebstrap --variant=extract --arch=arm64 --include=libc6,libssl3 bookworm "$roots/arm64" "$(debian_mirror)" >"$roots/mmdebstrap-arm64.log" 2>&1
}

debian_mirror() { apt-get indextargets --format '$(REPO_URI)' | sort -u | grep -v security | head -n 1; }

create() { # machine
  local disk=$machines/$1
  mkdir -p "$disk/upper" "$disk/work" "$disk/root"
  mount -t overlay overlay -o "lowerdir=$roots/root,upperdir=$disk/upper,workdir=$disk/work" "$disk/root"
  echo "$1" >"$disk/root/etc/hostname"
  printf '127.0.0.1 localhost %s\n10.77.0.1 gateway\n' "$1" >"$disk/root/etc/hosts"
}

boot() { # machine, its address: until systemd says that it is up
  local disk=$machines/$1 started
  started=$(date +%s%3N)
  setsid systemd-nspawn -q -D "$disk/root" -M "$1" --boot --register=no --keep-unit --console=pipe --private-network </dev/null >>"$disk/console.log" 2>&1 &
  supervisor[$1]=$!
  until leader[$1]=$(pgrep -P "${supervisor[$1]}" | head -n 1) && [ -n "${leader[$1]}" ] && in_machine "$1" test -S /run/systemd/private; do
    kill -0 "${supervisor[$1]}" || { tail "$disk/console.log" >&2; exit 1; }
    sleep 0.05
  done
  in_machine "$1" systemctl is-system-running --wait >"$disk/state" || true # 'degraded' is told by what fails
  plug_in "$1" "$2"
  echo "     ($1 is up after $(($(date +%s%3N) - started)) ms, $(cat "$disk/state"))"
}

# A cable to the switch between the machines.
plug_in() {
  [ -e /sys/class/net/iotfield ] || { ip link add iotfield type bridge && ip link set iotfield up; }
  ip link add "if-$1" type veth peer name host0 netns "${leader[$1]}"
  ip link set "if-$1" master iotfield up
  nsenter -t "${leader[$1]}" -n ip address add "$2/24" dev host0
  nsenter -t "${leader[$1]}" -n ip link set host0 up
  nsenter -t "${leader[$1]}" -n ip link set lo up
}

in_machine() { # machine, command …
  nsenter -t "${leader[$1]}" -m -u -i -n -p env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 HOME=/root "${@:2}"
}

copy_to() { cp "${@:2}" "$machines/$1/root/srv/"; } # machine, file …: into /srv

power_cut() { # machine: every process of it gets SIGKILL, the disk stays
  kill -9 "${leader[$1]}" 2>/dev/null || return 0 # it is off already
  wait "${supervisor[$1]}" 2>/dev/null || true
  ip link delete "if-$1" 2>/dev/null || true # it went with the machine
}

tear_down() {
  local machine
  for machine in "${!supervisor[@]}"; do power_cut "$machine" || true; done
  for machine in "$machines"/*/root; do
    if mountpoint -q "$machine"; then umount -R "$machine" || umount -l "$machine"; fi
  done
  ip link delete iotfield 2>/dev/null || true # it may not be there yet
}
