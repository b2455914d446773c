@description('Region.')
param location string
@description('Tags of everything.')
param tags object
@minLength(13)
@description('Part of every name.')
param token string

resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = {
  name: 'vnet-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
    subnets: [
      {
        // A replica has an address of its own, and an update doubles them.
        name: 'relay'
        properties: {
          addressPrefix: '10.20.0.0/21'
          delegations: [{ name: 'environments', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        // Flex Consumption: not Microsoft.Web, as the other plans.
        name: 'functions'
        properties: {
          addressPrefix: '10.20.8.0/24'
          delegations: [{ name: 'environments', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.20.9.0/24' }
      }
    ]
  }

  resource relay 'subnets' existing = { name: 'relay' }
  resource functions 'subnets' existing = { name: 'functions' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

output id string = network.id
output relaySubnetId string = network::relay.id
output functionsSubnetId string = network::functions.id
output endpointsSubnetId string = network::endpoints.id
