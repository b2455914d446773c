@description('Region.')
param location string
@description('Tags of everything.')
param tags object
@minLength(13)
@description('Part of every name.')
param token string
@description('Taken in a day at most, in GB.')
param dailyCapGb string

resource logs 'Microsoft.OperationalInsights/workspaces@2025-07-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
    features: { disableLocalAuth: true }
    workspaceCapping: { dailyQuotaGb: json(dailyCapGb) }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
    DisableLocalAuth: true
  }
}

output logsId string = logs.id
output insightsName string = insights.name
// No secret: with DisableLocalAuth its key opens nothing.
output insightsConnectionString string = insights.properties.ConnectionString
