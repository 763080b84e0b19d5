# Sourced by campaigns of Iot.LoadTest, in the repository's root: builds copies, says what machine it is, and runs the command with the options given.
export PATH=$PATH:/usr/sbin DOTNET_NOLOGO=1
export TMPDIR=${TMPDIR:-/var/tmp} # a real disk: /tmp is memory on many machines
command=$1
shift

out=artifacts/$command # copies, so that builds beside the run do not change the program under it
dotnet publish gateway/Iot.Gateway -c Release -o "$out/gateway" -v quiet --nologo >&2
dotnet publish tests/Iot.LoadTest -c Release -o "$out/load" -v quiet --nologo >&2

echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), $(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB," \
  ".NET $(dotnet --version), kernel $(uname -r), $(df --output=fstype "$TMPDIR" | tail -1), load $(cut -d' ' -f1 /proc/loadavg)," \
  "commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown), $(date -u +%F), $command $*"
echo
exec "$out/load/Iot.LoadTest" "$command" --gateway "$out/gateway/iot-gateway" "$@"
