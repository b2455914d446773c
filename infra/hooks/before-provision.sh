#!/usr/bin/env bash
# Makes what Bicep cannot: the application that stands for the functions in Microsoft Entra, and the two secrets, once.
# Needs the Azure CLI, signed in, and azd; repeating it changes nothing.
set -euo pipefail

# What azd has to say of a value that it does not know stands on its standard output too.
known() {
  local value
  if value=$(azd env get-value "$1" 2>/dev/null); then printf %s "$value"; fi
}

environment=${AZURE_ENV_NAME:-$(known AZURE_ENV_NAME)}
subscription=${AZURE_SUBSCRIPTION_ID:-$(known AZURE_SUBSCRIPTION_ID)}
: "${environment:?there is none: azd env new}"
: "${subscription:?AZURE_SUBSCRIPTION_ID is not known yet: azd up asks for it, or azd env set}"

app=$(known GATEWAY_APP_ID)
if [ -z "$app" ]; then
  name="serverless-gateway-$environment"
  # Not --display-name: that finds those whose names go on, too.
  app=$(az ad app list --filter "displayName eq '$name'" --query '[0].appId' --output tsv)
  if [ -z "$app" ]; then
    app=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)
  fi

  # Tokens of version 2: their issuer is the one that RelayIdentity__Issuer names.
  object=$(az ad app show --id "$app" --query id --output tsv)
  az rest --method PATCH --url "https://graph.microsoft.com/v1.0/applications/$object" \
    --headers Content-Type=application/json \
    --body "{\"identifierUris\":[\"api://$app\"],\"api\":{\"requestedAccessTokenVersion\":2}}"
  # An identity gets tokens only for what has a place in its tenant.
  az ad sp show --id "$app" --output none 2>/dev/null || az ad sp create --id "$app" --output none
fi

if [[ ! $app =~ ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$ ]]; then
  echo "GATEWAY_APP_ID is '$app': it needs the id of an application in Microsoft Entra." >&2
  exit 1
fi

azd env set GATEWAY_APP_ID "$app"

present=$(bash "$(dirname "$0")/present.sh" "$environment" "$subscription")
secret() { # secret VARIABLE NAME COMMAND…: a value for what Key Vault does not have; the same as last time, if that failed
  local value
  value=$(known "$1")
  if grep -qx "$2" <<<"$present"; then
    if [ -n "$value" ]; then azd env set "$1" ""; fi
  elif [ -z "$value" ]; then
    value=$("${@:3}")
    azd env set "$1" "$value"
  fi
}
secret GATEWAY_ADMIN_TOKEN admin-token openssl rand -hex 32
secret GATEWAY_KEY_PEPPER key-pepper openssl rand -base64 32
