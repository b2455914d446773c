using 'main.bicep'
extends 'azd.bicepparam'

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

// Two at least, so that one may go.
param relaySize = {
  cpu: '2'
  memory: '4Gi'
  minReplicas: 2
  maxReplicas: 20
  tunnelsPerReplica: 50000
}
