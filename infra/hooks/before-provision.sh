#!/usr/bin/env bash
# Makes what Bicep cannot: the application that stands for the functions in Microsoft Entra, and the two secrets, once.
# Needs the Azure CLI, signed in, and azd; repeating it changes nothing.
set -euo pipefail

known() { azd env get-value "$1" 2>/dev/null || true; }

app=$(known GATEWAY_APP_ID)
if [ -z "$app" ]; then
  name="serverless-gateway-${AZURE_ENV_NAME:?is set by azd}"
  app=$(az ad app list --display-name "$name" --query '[0].appId' --output tsv)
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
  azd env set GATEWAY_APP_ID "$app"
fi

if [ "$(known GATEWAY_SECRETS_KEPT)" != true ]; then
  azd env set GATEWAY_ADMIN_TOKEN "$(openssl rand -hex 32)"
  azd env set GATEWAY_KEY_PEPPER "$(openssl rand -base64 32)"
fi
