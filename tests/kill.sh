#!/bin/sh
# Crash tests, repeatable: tests/kill.sh [SEED [KILLS]]
#
# 1. The whole host under load is killed KILLS times (kill -9), with a journal of more than 100 MiB, and audited.
# 2. The store on a disk that forgets what was not synced, crashed at random moments; with syncs taken out the same
#    test must find losses.
set -eu
cd "$(dirname "$0")/.."
seed=${1:-$(date +%s)}
kills=${2:-200}
echo "seed $seed, $kills kills"
KILL_SEED=$seed KILL_KILLS=$kills KILL_FILL_MIB=${KILL_FILL_MIB:-128} \
    cargo test --release --workspace --test kill -- --nocapture
CRASH_SEED=$seed CRASH_HISTORIES=$(((kills + 29) / 30)) \
    cargo test --workspace --lib tests::crash -- --nocapture
