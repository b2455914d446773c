#!/usr/bin/env bash
# Installs what the tests need and runs every suite; the last line sums them up. Suites run side by side.
# usage: ./test.sh [filter of dotnet test]
set -uo pipefail
cd "$(dirname "$0")"
. infra/local/prepare.sh
need_dotnet
need_node
install_node_packages
find_azure_packages

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
filter=(${1:+--filter "$1"})

echo "Building …"
dotnet build Serverless.sln -c Release --nologo -v quiet -clp:NoSummary || fail "The build failed; see above.
0 passed, 1 failed, 0 skipped"

run() { # run NAME COMMAND…: one suite, its output kept together
  local name=$1
  shift
  if "$@" >"$results/$name.log" 2>&1; then touch "$results/$name.green"; fi
}

suite() {
  run "$1" dotnet test "tests/$1" -c Release --nologo --no-build --logger "console;verbosity=minimal" "${filter[@]}"
}

# The same tests for the stand-in of Azure.Data.Tables and, where the feed has it, for the package itself.
package_suite() {
  run StandIns.Tests.Package dotnet test tests/StandIns.Tests.Package -c Release --nologo \
    --logger "console;verbosity=minimal" "${filter[@]}"
}

echo "Testing …"
suite Architecture.Tests
suite Relay.Tests & suite Functions.Tests & wait
suite Relay.FunctionalTests & suite StandIns.Tests & wait
suite EndToEnd.Tests
[ "${AzureTablesPackage:-false}" = true ] && package_suite

passed=0 failed=0 skipped=0
for log in "$results"/*.log; do
  name=$(basename "$log" .log)
  # "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total: …"
  counts=$(sed -nE 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+).*/\1 \2 \3/p' "$log" | tail -1)
  read -r f p s <<<"${counts:-0 0 0}"
  if [ ! -f "$results/$name.green" ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ "$((f + p))" -eq 0 ] && [ -z "${1:-}" ]; then f=1; fi
  if [ "$f" -gt 0 ]; then cat "$log"; fi
  echo "$name: $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

[ "$((passed + failed))" -gt 0 ] || { echo "No test ran."; failed=1; }
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
