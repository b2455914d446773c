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

// Small and open: about 50 dollars a month while one relay runs, with 20 connections to SignalR Service.
param signalRSku = 'Free_F1'
param storageSku = 'Standard_LRS'
param logDailyCapGb = '0.5'
param privateNetworking = false

// Half a GiB, since a relay asks so often that the functions are never idle.
param functionsSize = {
  instanceMemoryMB: 512
  maximumInstances: 40
  alwaysReady: 0
}
