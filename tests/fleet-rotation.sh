#!/usr/bin/env bash
# The CA changed under 1,000 devices that publish over TLS: none is cut off, none loses a reading, whoever is shut out is out within a second.
# Prints the table of tests/Iot.LoadTest/RESULTS-rotation.md; ends with 1 when anything differs.
# OPTIONS='--devices N --seconds S' (default 1000, and 15 s of publishing between the steps).
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/campaign.sh rotate "$@"
