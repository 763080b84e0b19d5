#!/usr/bin/env bash
# The agent against real drivers of a real kernel: boots Debian's in qemu (emulated, so anywhere; a minute or two) with an ADS1115, a BME280 and an LM75 on i2c-stub
# and a GPIO chip of gpio-sim, which Debian leaves out and which is built here from Debian's own source. Installs what it needs, downloads 210 MB once.
# tests/kernel-sensors.sh [AGENT]   A published agent for linux-x64; by default it is published first.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD/tests/kernel-sensors work=$PWD/artifacts/kernel-sensors agent=${1:-}
mkdir -p "$work"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
as_root apt-get install -y --no-install-recommends qemu-system-x86 busybox-static cpio kmod i2c-tools gcc make xz-utils linux-headers-amd64 >"$work/apt.log" 2>&1
version=$(apt-cache depends linux-headers-amd64 | sed -n 's/.*Depends: linux-headers-//p')

if [ ! -e "$work/kernel/boot/vmlinuz-$version" ]; then
  (cd "$work" && apt-get download -q "linux-image-$version" && dpkg -x "linux-image-${version}"_*.deb kernel && rm linux-image-*.deb)
  depmod -b "$work/kernel" "$version"
fi

if [ ! -e "$work/gpio-sim/gpiosim.ko" ]; then
  (cd "$work" && apt-get download -q linux-source-6.1 && mkdir -p gpio-sim &&
    dpkg --fsys-tarfile linux-source-6.1_*.deb | tar xO ./usr/src/linux-source-6.1.tar.xz |
    tar xJ -C gpio-sim --strip-components=3 --wildcards '*/drivers/gpio/gpio-sim.c' '*/drivers/gpio/gpiolib*.h' '*/kernel/irq/irq_sim.c' && rm linux-source-6.1_*.deb)
  sed -i 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq_safe(irqnum)/' "$work/gpio-sim/irq_sim.c" # a module may not call the former
  printf 'obj-m += gpiosim.o\ngpiosim-y := gpio-sim.o irq_sim.o\n' >"$work/gpio-sim/Makefile"
  make -C "/usr/src/linux-headers-$version" "M=$work/gpio-sim" modules >"$work/gpio-sim.log" 2>&1
fi

if [ -z "$agent" ]; then
  dotnet publish edge-agent/Iot.EdgeAgent -c Release -r linux-x64 -o "$work/agent" -v quiet --nologo >&2
  agent=$work/agent/iot-edge-agent
fi

root=$work/root
rm -rf "$root"
mkdir -p "$root"/{bin,usr/bin,proc,sys,dev,tmp,config,modules,etc/iot-edge-agent}
with_libraries() { # program, where to
  cp -L "$1" "$root/$2"
  ldd "$1" | { grep -o '/[^ ]*' || true; } | while read -r library; do mkdir -p "$root$(dirname "$library")"; cp -L "$library" "$root$library"; done
}
with_libraries "$agent" bin/iot-edge-agent
with_libraries "$(PATH=$PATH:/usr/sbin command -v i2cset)" bin/i2cset
cp "$(command -v busybox)" "$root/bin/"
for name in sh mount insmod mkdir echo sleep printf poweroff pidof grep find; do ln -s busybox "$root/bin/$name"; done
number=10
for module in configfs i2c-stub ti-ads1015 bmp280-i2c lm75 i2c-dev; do
  for file in $(modprobe -d "$work/kernel" -S "$version" --show-depends "$module" | awk '$1 == "insmod" { print $2 }'); do
    compgen -G "$root/modules/*-$(basename "$file")" >/dev/null || cp "$file" "$root/modules/$((number++))-$(basename "$file")"
  done
done
cp "$work/gpio-sim/gpiosim.ko" "$root/modules/99-gpiosim.ko"
cp "$here/init" "$root/init"
cp "$here/sensors.json" "$root/etc/iot-edge-agent/"
(cd "$root" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$work/initrd.gz"

said=$work/said.txt
timeout 900 qemu-system-x86_64 -accel tcg -cpu max -m 512 -nographic -nic none -no-reboot -kernel "$work/kernel/boot/vmlinuz-$version" -initrd "$work/initrd.gz" \
  -append "console=ttyS0 quiet panic=-1 mitigations=off no_timer_check" </dev/null 2>&1 | tr -d '\r' | tr -s ' ' >"$said"

failed=0
# What a part of the output must hold, as a regular expression over all of its lines.
holds() { # part, what, expression
  if sed -n "/^== $1\$/,/^== /p" "$said" | grep -Pzq "$3"; then echo "ok    $1: $2"; else echo "fail  $1: $2"; failed=1; fi
}
holds list 'chips are found, with the lines of the GPIO chip' '(?s)ads1015 at .*bme280 at .*line 3 DOOR\n.*line 5 , in use by taken\n'
holds climate 'a BME280 gives what its data sheet computes' 'temperature/bme280 25\.08 Cel\n'
holds analog 'an ADS1115 gives volts' 'voltage/ads1015\.0 1 V\n.*'
holds board 'an LM75 is a chip of hwmon' 'temperature/lm75\.temp1 25\.5 Cel\n'
holds door 'each change is told, a bounce is not' '(?s)^[^\n]*\n(input/door false\n)*(input/door true\n)+(input/door false\n)+(input/door true\n)+exit 0\n'
holds pulses 'three thousand are counted, of which the kernel kept one thousand' '(?s)power\.total 3 kWh\n[^\n]*\npulses/power\.total 3 kWh\n.*exit 0\n'
holds busy 'the line of another is named' "in use by 'taken'"
holds unplugged 'a chip that goes is told, and comes back' '(?s)(No such device|There is no GPIO line).*input/door false\nexit 0\n'
holds end 'all was done' '== end'
[ $failed -eq 0 ] || { echo; cat "$said"; }
exit $failed
