import { functionsSize as FunctionsSize, relaySize as RelaySize } from 'modules/types.bicep'

targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of the environment: part of every name, and the tag by which azd finds what is its own.')
param environmentName string

@minLength(1)
@description('Region of everything.')
@metadata({ azd: { type: 'location' } })
param location string

@description('Application id that stands for the functions in Microsoft Entra; relays ask for tokens for it. The hooks of azd make it.')
param managementAppId string

@secure()
@description('First access token of the functions, 32 characters or more. Empty keeps what Key Vault has.')
param adminToken string

@secure()
@description('What keys are hashed under, base64 of 32 random bytes or more. Empty keeps what Key Vault has; a new one makes every key unknown.')
param keyPepper string

@description('Object id of the person who may read the admin token in Key Vault. Empty is nobody.')
param principalId string = ''

@allowed(['User', 'ServicePrincipal', 'Group'])
@description('What that is.')
param principalType string = 'User'

@description('Whether the relay is there already: it then keeps its image.')
param relayExists bool = false

@description('Where the ingress of the relays speaks from: its word on a client\'s address is believed. Add what you put in front of it.')
param ingressAddresses string = '100.64.0.0/10'

@description('Whether storage and secrets are reached from a network of their own only.')
param privateNetworking bool = false

@description('Sizes of the functions.')
param functionsSize FunctionsSize = {
  instanceMemoryMB: 2048
  maximumInstances: 40
  alwaysReady: 0
}

@description('Sizes of the relay.')
param relaySize RelaySize = {
  memoryGi: 1
  minReplicas: 1
  maxReplicas: 3
  tunnelsPerReplica: 10000
}

@allowed(['Free_F1', 'Standard_S1', 'Premium_P1'])
@description('Tier of SignalR Service. Free_F1 has 20 connections: relays and consoles together.')
param signalRSku string = 'Free_F1'

@minValue(1)
@maxValue(100)
@description('Units of SignalR Service, 1,000 connections each.')
param signalRUnits int = 1

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
@description('Copies of what is stored.')
param storageSku string = 'Standard_LRS'

@description('Logs taken in a day at most, in GB.')
param logDailyCapGb string = '0.5'

var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token }
}

module observability 'modules/observability.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token, dailyCapGb: logDailyCapGb }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  scope: group
  params: { location: location, tags: tags, token: token }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    sku: storageSku
    public: !privateNetworking
  }
}

module secrets 'modules/secrets.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    public: !privateNetworking
    adminToken: adminToken
    keyPepper: keyPepper
  }
}

module endpoints 'modules/private-endpoints.bicep' = if (privateNetworking) {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    networkId: network!.outputs.id
    subnetId: network!.outputs.endpointsSubnetId
    storageId: storage.outputs.id
    vaultId: secrets.outputs.id
  }
}

module signalR 'modules/signalr.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token, sku: signalRSku, units: signalRUnits }
}

module registry 'modules/registry.bicep' = {
  scope: group
  params: { location: location, tags: tags, token: token }
}

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    storageName: storage.outputs.name
    vaultName: secrets.outputs.name
    signalRName: signalR.outputs.name
    registryName: registry.outputs.name
    insightsName: observability.outputs.insightsName
    functionsPrincipalId: identities.outputs.functions.principalId
    relayPrincipalId: identities.outputs.relay.principalId
    personId: principalId
    personType: principalType
  }
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    size: functionsSize
    identity: identities.outputs.functions
    deploymentContainer: storage.outputs.deploymentContainer
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    vaultUri: secrets.outputs.uri
    signalREndpoint: signalR.outputs.endpoint
    insightsConnectionString: observability.outputs.insightsConnectionString
    managementAppId: managementAppId
    relayObjectId: identities.outputs.relay.principalId
    subnetId: privateNetworking ? network!.outputs.functionsSubnetId : ''
  }
  dependsOn: [roles, endpoints]
}

module environment 'modules/environment.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    logsId: observability.outputs.logsId
    subnetId: privateNetworking ? network!.outputs.relaySubnetId : ''
  }
}

module relayImage 'modules/relay-image.bicep' = {
  scope: group
  params: { exists: relayExists, name: 'ca-relay-${token}' }
}

module relay 'modules/relay.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    size: relaySize
    identity: identities.outputs.relay
    environmentId: environment.outputs.id
    registryServer: registry.outputs.server
    image: relayImage.outputs.image
    managementApi: functions.outputs.uri
    ingressAddresses: ingressAddresses
    managementAppId: managementAppId
  }
  dependsOn: [roles]
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_CONTAINER_REGISTRY_ENDPOINT string = registry.outputs.server
output AZURE_KEY_VAULT_NAME string = secrets.outputs.name
output SERVICE_FUNCTIONS_NAME string = functions.outputs.name
output SERVICE_FUNCTIONS_URI string = functions.outputs.uri
output SERVICE_RELAY_NAME string = relay.outputs.name
output SERVICE_RELAY_URI string = relay.outputs.uri
