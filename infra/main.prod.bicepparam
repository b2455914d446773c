using 'main.bicep'

// What azd and the workflow know of an environment.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param principalId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param principalType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'User')
param relayExists = bool(readEnvironmentVariable('SERVICE_RELAY_RESOURCE_EXISTS', 'false'))

// What infra/hooks/before-provision.sh makes.
param managementAppId = readEnvironmentVariable('GATEWAY_APP_ID', '')
param adminToken = readEnvironmentVariable('GATEWAY_ADMIN_TOKEN', '')
param keyPepper = readEnvironmentVariable('GATEWAY_KEY_PEPPER', '')

param privateNetworking = true
param storageSku = 'Standard_ZRS'
param signalRSku = 'Standard_S1'
param signalRUnits = 1
param logDailyCapGb = '10'

// No cold start in a handshake: its time limit is 5 s.
param functionsSize = {
  instanceMemoryMB: 2048
  maximumInstances: 200
  alwaysReady: 2
}

// Two at least, so that one may go. Tunnels as many as have ports of their own to a single private server.
param relaySize = {
  memoryGi: 2
  minReplicas: 2
  maxReplicas: 30
  tunnelsPerReplica: 25000
}
