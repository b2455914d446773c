#!/usr/bin/env bash
# Starts the whole gateway on this machine with the tutorial's product. Ctrl-C or SIGTERM ends it.
# Ports: AZURITE_TABLE_PORT FUNCTIONS_PORT RELAY_PORT RELAY_MANAGEMENT_PORT TUTORIAL_SERVER_PORT SIGNALR_PORT. Data: .local/
set -euo pipefail
cd "$(dirname "$0")"
. infra/local/prepare.sh
need_dotnet
need_node
install_local_tools
install_renderer
find_azure_packages
exec node infra/local/run.mjs
