import { functionsSize, identityReference } from 'types.bicep'

@description('Region.')
param location string
@description('Tags of everything.')
param tags object
@minLength(13)
@description('Part of every name.')
param token string
@description('How large it may grow.')
param size functionsSize
@description('Whom it runs as.')
param identity identityReference
@description('Container of its code.')
param deploymentContainer string
@description('Blobs of the storage account, with a slash at the end.')
param blobEndpoint string
@description('Its queues.')
param queueEndpoint string
@description('Its tables.')
param tableEndpoint string
@description('Key Vault, with a slash at the end.')
param vaultUri string
@description('SignalR Service.')
param signalREndpoint string
@description('Application Insights.')
param insightsConnectionString string
@description('Application id that relays ask for tokens for.')
param managementAppId string
@description('Object id of the relays\' identity.')
param relayObjectId string
@description('Subnet for what it calls; empty is none.')
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${deploymentContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identity.id }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: size.instanceMemoryMB
        maximumInstanceCount: size.maximumInstances
        alwaysReady: size.alwaysReady > 0 ? [{ name: 'http', instanceCount: size.alwaysReady }] : []
        triggers: { http: { perInstanceConcurrency: 100 } }
      }
    }
    siteConfig: { minTlsVersion: '1.2', http20Enabled: true }
  }

  // Code is brought with an identity, never with a name and a password.
  resource ftp 'basicPublishingCredentialsPolicies' = { name: 'ftp', properties: { allow: false } }
  resource scm 'basicPublishingCredentialsPolicies' = { name: 'scm', properties: { allow: false } }

  // The whole set: what is added by hand goes with the next deployment.
  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.clientId
      AzureWebJobsStorage__blobServiceUri: blobEndpoint
      AzureWebJobsStorage__queueServiceUri: queueEndpoint
      AzureWebJobsStorage__tableServiceUri: tableEndpoint
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
      AZURE_CLIENT_ID: identity.clientId
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
      AdminToken: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/admin-token)'
      Keys__Pepper: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/key-pepper)'
      Storage__TableEndpoint: tableEndpoint
      SignalR__ConnectionString: 'Endpoint=${signalREndpoint};AuthType=azure.msi;ClientId=${identity.clientId};Version=1.0;'
      RelayIdentity__TenantId: tenant().tenantId
      RelayIdentity__Audience: managementAppId
      RelayIdentity__ObjectIds: relayObjectId
      RelayIdentity__Issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    }
  }
}

output name string = app.name
output uri string = 'https://${app.properties.defaultHostName}'
