# What run.sh and test.sh share: look for the tools, install what comes from npm, ask the feed for the Azure packages.

fail() {
  echo "$*" >&2
  exit 1
}

# with_progress NAME COMMAND…: says every 10 s that it goes on; ends with the command, and the command with it.
with_progress() {
  local name=$1 seconds=0 job status=0
  shift
  "$@" &
  job=$!
  trap 'kill "$job" 2>/dev/null; exit 130' INT TERM
  while kill -0 "$job" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    if [ $((seconds % 10)) -eq 0 ]; then echo "  … $name: $seconds s"; fi
  done
  trap - INT TERM
  wait "$job" || status=$?
  return "$status"
}

need_dotnet() {
  command -v dotnet >/dev/null || fail "The .NET SDK 10 is missing: install it from https://dot.net, then try again."
  dotnet --version >/dev/null 2>&1 || fail "$(dotnet --version 2>&1 || true)
global.json asks for the .NET SDK 10: install it from https://dot.net, then try again."
}

need_node() {
  command -v node >/dev/null || fail "Node.js 20 or newer is missing: install it from https://nodejs.org, then try again."
  node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' \
    || fail "Node.js 20 or newer is needed, this is $(node --version)."
}

need_curl() { command -v curl >/dev/null || fail "curl is missing: install it from https://curl.se, then try again."; }

# install_node_packages FOLDER WHAT: the packages of a folder's lock file, when they are missing or another's.
install_node_packages() {
  local folder=$1 what=$2
  if ! cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json"; then
    echo "Installing $what (npm) …"
    with_progress "npm" npm ci --prefix "$folder" --no-progress --loglevel=error || fail "npm ci in $folder failed; see above."
    cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json"
  fi
}

install_local_tools() { install_node_packages infra/local "the storage emulator and the WebSocket tools"; }

# Before the functions are built: the build takes it in.
install_renderer() { install_node_packages functions/OpenApi "the renderer of the API's documentation"; }

# Not every feed carries the Functions worker or Azure.Data.Tables. What restores is used, for the rest there is
# functions/StandIns. Asked once per folder; a choice made in the environment stands.
find_azure_packages() {
  local known=.local/azure-packages
  if [ ! -f "$known" ]; then
    mkdir -p .local
    echo "Asking the NuGet feed for the Azure packages …"
    {
      feed_has AzurePackages Microsoft.Azure.Functions.Worker Microsoft.Azure.Functions.Worker.Sdk \
        Microsoft.Azure.Functions.Worker.Extensions.Http.AspNetCore Azure.Data.Tables
      feed_has AzureTablesPackage Azure.Data.Tables
    } >"$known.new"
    mv "$known.new" "$known"
  fi
  local name value
  while IFS='=' read -r name value; do
    [ -n "${!name:-}" ] || export "$name=$value"
  done <"$known"
}

# feed_has PROPERTY PACKAGE…: prints PROPERTY=true when the pinned versions of the packages restore, else PROPERTY=false.
feed_has() {
  local property=$1 scratch package answer=false
  shift
  scratch=$(mktemp -d)
  {
    echo "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net10.0</TargetFramework>"
    echo "<ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup><ItemGroup>"
    for package in "$@"; do echo "<PackageReference Include=\"$package\" />"; done
    echo "</ItemGroup></Project>"
  } >"$scratch/probe.csproj"
  if dotnet restore "$scratch/probe.csproj" "-p:DirectoryPackagesPropsPath=$PWD/Directory.Packages.props" \
    --verbosity quiet >/dev/null 2>&1; then answer=true; fi
  rm -rf "$scratch"
  echo "$property=$answer"
}
