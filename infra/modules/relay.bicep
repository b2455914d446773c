import { identityReference, relaySize } from 'types.bicep'

@description('Region.')
param location string
@description('Tags of everything.')
param tags object
@minLength(13)
@description('Part of every name.')
param token string
@description('How large it may grow.')
param size relaySize
@description('Whom it runs as.')
param identity identityReference
@description('Environment that runs it.')
param environmentId string
@description('Where its image is.')
param registryServer string
@description('Its image.')
param image string
@description('Address of the functions.')
param managementApi string
@description('Application id of the functions.')
param managementAppId string
@description('Where the environment\'s ingress speaks from: its word on a client\'s address is believed.')
param ingressAddresses string

// Grace is longer than the drain with what comes after it: the last report, and five seconds to end.
var drainSeconds = 90
var graceSeconds = 120

// What a relay takes empty, and with the tunnels at which others are to come: seven tenths of those at which it takes no more.
// A tunnel does not move, so the ones that come meanwhile need places; infra/README.md tells where the figures are from.
var emptyKib = 64 * 1024
var tunnelKib = 25
var scaleOutKib = emptyKib + size.tunnelsPerReplica * tunnelKib * 7 / 10
var scaleOutPercent = scaleOutKib * 100 / (size.memoryGi * 1024 * 1024)

resource relay 'Microsoft.App/containerApps@2025-07-01' = {
  name: 'ca-relay-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'relay' })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8080
        // 'http2' would take HTTP/1.1 upgrades away.
        transport: 'auto'
        allowInsecure: false
        stickySessions: { affinity: 'none' }
        traffic: [{ latestRevision: true, weight: 100 }]
      }
      registries: [{ server: registryServer, identity: identity.id }]
    }
    template: {
      terminationGracePeriodSeconds: graceSeconds
      containers: [
        {
          name: 'relay'
          image: image
          resources: { cpu: json('${size.memoryGi / 2}.${size.memoryGi % 2 * 5}'), memory: '${size.memoryGi}Gi' }
          env: [
            { name: 'AZURE_CLIENT_ID', value: identity.clientId }
            { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
            { name: 'Logging__Console__FormatterName', value: 'json' }
            { name: 'Relay__Management__Api', value: managementApi }
            { name: 'Relay__Management__TokenScope', value: '${managementAppId}/.default' }
            { name: 'Relay__Listen__Port', value: '8080' }
            // The probes come from outside the container; the ingress leads to port 8080 alone.
            { name: 'Relay__Listen__ManagementAddress', value: '0.0.0.0' }
            { name: 'Relay__Listen__ManagementPort', value: '9090' }
            { name: 'Relay__Listen__TrustedProxies', value: ingressAddresses }
            { name: 'Relay__Overload__MaxTunnels', value: string(size.tunnelsPerReplica) }
            {
              name: 'Relay__Sessions__DrainTimeout'
              value: '00:0${drainSeconds / 60}:${padLeft(drainSeconds % 60, 2, '0')}'
            }
          ]
          probes: [
            { type: 'Startup', httpGet: { path: '/live', port: 9090 }, periodSeconds: 1, failureThreshold: 10 }
            { type: 'Liveness', httpGet: { path: '/live', port: 9090 }, periodSeconds: 10, failureThreshold: 3 }
            { type: 'Readiness', httpGet: { path: '/ready', port: 9090 }, periodSeconds: 2, failureThreshold: 2 }
          ]
        }
      ]
      scale: {
        minReplicas: size.minReplicas
        maxReplicas: size.maxReplicas
        // Held tunnels show in memory; handshakes, and what tunnels say, in processor time. No rule by requests: it would
        // see a tunnel when it opens and never again, and does not work beside others.
        rules: [
          {
            name: 'memory'
            custom: { type: 'memory', metadata: { type: 'Utilization', value: string(scaleOutPercent) } }
          }
          { name: 'cpu', custom: { type: 'cpu', metadata: { type: 'Utilization', value: '60' } } }
        ]
      }
    }
  }
}

output name string = relay.name
output uri string = 'https://${relay.properties.configuration.ingress!.fqdn}'
