#!/usr/bin/env bash
# Installs what the tests need and runs every suite; the last line sums them up. Suites run side by side.
# usage: ./test.sh [filter of dotnet test]
set -uo pipefail
cd "$(dirname "$0")"
. infra/local/prepare.sh
need_dotnet
need_node
need_curl
find_azure_packages

results=$(mktemp -d)
filter=(${1:+--filter "$1"})

(install_renderer) || fail "0 passed, 1 failed, 0 skipped"

# Both take a minute on a new machine and neither needs the other.
{
  install_local_tools
  install_node_packages tests/Functions.Tests/OpenApi "the checker of openapi.yaml"
} &
packages=$!
trap 'kill "$packages" 2>/dev/null; rm -rf "$results"' EXIT
# One compiler, warm after the first project, takes a third off the build. It would stay behind for the next build, which
# some machines do not want: those that turn it off by UseSharedCompilation are left without it again.
echo "Building …"
with_progress "build" dotnet build Serverless.sln -c Release --nologo -v quiet -clp:NoSummary -p:UseSharedCompilation=true
built=$?
if [ "${UseSharedCompilation:-}" = false ]; then dotnet build-server shutdown --vbcscompiler >/dev/null; fi
[ "$built" -eq 0 ] || fail "The build failed; see above.
0 passed, 1 failed, 0 skipped"
wait "$packages" || fail "0 passed, 1 failed, 0 skipped"

suite() { # suite NAME [OPTION…]: one test project, its output kept together
  local name=$1
  shift
  if dotnet test "tests/$name" -c Release --nologo --logger "console;verbosity=minimal" "$@" "${filter[@]}" \
    >"$results/$name.log" 2>&1; then touch "$results/$name.green"; fi
  echo "  $name: $(counts "$name")"
}

counts() { # counts NAME: "P passed, F failed, S skipped", read from "Passed!  - Failed:     0, Passed:    12, Skipped: …"
  local f p s
  read -r f p s <<<"$(sed -nE 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).*/\1 \2 \3/p' "$results/$1.log" | tail -1)"
  if [ ! -f "$results/$1.green" ] && [ "${f:-0}" -eq 0 ]; then f=1; fi
  if [ "$((${f:-0} + ${p:-0}))" -eq 0 ] && [ "${#filter[@]}" -eq 0 ]; then f=1; fi
  echo "${p:-0} passed, ${f:-0} failed, ${s:-0} skipped"
}

# Two at a time, the longest first. StandIns.Tests.Package holds the package to the tests of its stand-in, where the feed
# has it; it is not part of the solution.
echo "Testing …"
suite EndToEnd.Tests --no-build &
suite Functions.Tests --no-build &
wait -n
suite Infra.Tests --no-build &
wait -n
suite StandIns.Tests --no-build &
wait -n
suite Relay.Tests --no-build &
wait -n
suite Relay.FunctionalTests --no-build &
wait -n
suite Architecture.Tests --no-build &
if [ "${AzureTablesPackage:-false}" = true ]; then
  wait -n
  suite StandIns.Tests.Package &
fi
wait

passed=0 failed=0 skipped=0
for log in "$results"/*.log; do
  read -r p _ f _ s _ <<<"$(counts "$(basename "$log" .log)")"
  if [ "$f" -gt 0 ]; then cat "$log"; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

[ "$((passed + failed))" -gt 0 ] || { echo "No test ran."; failed=1; }
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
