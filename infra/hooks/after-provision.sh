#!/usr/bin/env bash
# Key Vault has the secrets now: nothing else keeps them. From here on they are found there, and never made anew.
set -euo pipefail
azd env set GATEWAY_ADMIN_TOKEN ""
azd env set GATEWAY_KEY_PEPPER ""
echo "The admin token: az keyvault secret show --vault-name ${AZURE_KEY_VAULT_NAME:-<vault>} --name admin-token --query value --output tsv"
