import { identityReference } from 'types.bicep'

@description('Region.')
param location string
@description('Tags of everything.')
param tags object
@minLength(13)
@description('Part of every name.')
param token string

resource functionsIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-functions-${token}'
  location: location
  tags: tags
}

resource relayIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-relay-${token}'
  location: location
  tags: tags
}

@description('Whom the functions run as.')
output functions identityReference = {
  id: functionsIdentity.id
  clientId: functionsIdentity.properties.clientId
  principalId: functionsIdentity.properties.principalId
}

@description('Whom the relays run as.')
output relay identityReference = {
  id: relayIdentity.id
  clientId: relayIdentity.properties.clientId
  principalId: relayIdentity.properties.principalId
}
