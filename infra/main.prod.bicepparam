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

// Two at least, so that one may go. Tunnels as many as have ports of their own to a single private server.
param relaySize = {
  cpu: '1'
  memory: '2Gi'
  minReplicas: 2
  maxReplicas: 20
  tunnelsPerReplica: 25000
}
