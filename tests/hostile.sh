#!/usr/bin/env bash
# A fleet over TLS that behaves, measured alone and while strangers attack: 10,000 connections a round, floods of handshakes, devices gone mad.
# Prints the tables of tests/Iot.LoadTest/RESULTS-hostile.md; ends with 1 when the fleet loses something or p99 of its PUBACKs is 250 ms or more.
# OPTIONS='--devices N --seconds S' (default 50 devices, 120 s).
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/campaign.sh hostile "$@"
