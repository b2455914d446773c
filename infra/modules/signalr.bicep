@description('Region.')
param location string
@description('Tags of everything.')
param tags object
@minLength(13)
@description('Part of every name.')
param token string
@description('Tier.')
param sku string
@description('Units.')
param units int

resource signalR 'Microsoft.SignalRService/signalR@2024-03-01' = {
  name: 'sigr-${token}'
  location: location
  tags: tags
  kind: 'SignalR'
  sku: { name: sku, capacity: units }
  properties: {
    disableLocalAuth: true
    features: [
      { flag: 'ServiceMode', value: 'Serverless' }
      { flag: 'EnableConnectivityLogs', value: 'True' }
    ]
    // Consoles are pages of anybody's; what admits them is the token that the functions give out.
    cors: { allowedOrigins: ['*'] }
  }
}

output name string = signalR.name
output endpoint string = 'https://${signalR.properties.hostName}'
