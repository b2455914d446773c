@description('Region.')
param location string
@description('Tags of everything.')
param tags object
@minLength(13)
@description('Part of every name.')
param token string
@description('Whether it is reached from anywhere, with an identity; or through private endpoints alone.')
param public bool
@secure()
@description('Empty keeps what is there.')
param adminToken string
@secure()
@description('Empty keeps what is there.')
param keyPepper string

// Purge protection could never be turned off again and would keep `azd down --purge` from its work; a deleted vault can be
// recovered for 90 days without it.
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: 'kv-${token}'
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: public ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: public ? 'Allow' : 'Deny', bypass: 'AzureServices' }
  }

  resource admin 'secrets' = if (!empty(adminToken)) {
    name: 'admin-token'
    properties: { value: adminToken }
  }

  resource pepper 'secrets' = if (!empty(keyPepper)) {
    name: 'key-pepper'
    properties: { value: keyPepper }
  }
}

output id string = vault.id
output name string = vault.name
output uri string = vault.properties.vaultUri
