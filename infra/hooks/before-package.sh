#!/usr/bin/env bash
# Before the functions are published: what renders the API's page, and the Azure packages, whose presence makes the build use
# them (Directory.Build.props).
set -euo pipefail
cd "$(dirname "$0")/../.."
npm ci --prefix functions/OpenApi --no-progress
dotnet restore functions -p:AzurePackages=true
