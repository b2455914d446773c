@description('Storage account.')
param storageName string
@description('Key Vault.')
param vaultName string
@description('SignalR Service.')
param signalRName string
@description('Container registry.')
param registryName string
@description('Application Insights.')
param insightsName string
@description('Whom the functions run as.')
param functionsPrincipalId string
@description('Whom the relays run as.')
param relayPrincipalId string
@description('Who may read the admin token; empty is nobody.')
param personId string
@description('What that is.')
param personType string

// What each role is for: the calls that need it.
var roles = {
  // The Functions host: its code's container, and the locks of its timers.
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  // Everything that the gateway knows; the functions make the tables themselves.
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  // References to secrets in the functions' settings.
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  // Sending events (`:send`), and tokens for relays and consoles (`:generateToken`). Service Owner might do everything else, too.
  signalRRestApiOwner: 'fd53cd77-2268-407a-8f46-7e7863d0f521'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  acrPull: '7f951dda-4ed3-4680-a7ca-43fe172d538d'
}

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = { name: storageName }
resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = { name: vaultName }
resource signalR 'Microsoft.SignalRService/signalR@2024-03-01' existing = { name: signalRName }
resource registry 'Microsoft.ContainerRegistry/registries@2025-11-01' existing = { name: registryName }
resource insights 'Microsoft.Insights/components@2020-02-02' existing = { name: insightsName }

resource functionsOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [roles.storageBlobDataOwner, roles.storageTableDataContributor]: {
    name: guid(storage.id, functionsPrincipalId, role)
    scope: storage
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: functionsPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource functionsOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, functionsPrincipalId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource functionsOnSignalR 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(signalR.id, functionsPrincipalId, roles.signalRRestApiOwner)
  scope: signalR
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.signalRRestApiOwner)
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource functionsOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, functionsPrincipalId, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
    principalId: functionsPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// All that a relay needs of Azure: its image. The functions know its identity, and give it what it asks for.
resource relayOnRegistry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(registry.id, relayPrincipalId, roles.acrPull)
  scope: registry
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.acrPull)
    principalId: relayPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource personOnVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(personId)) {
  name: guid(vault.id, personId, roles.keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
    principalId: personId
    principalType: personType
  }
}
