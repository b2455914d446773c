@description('False before the first deployment.')
param exists bool
@description('Name of the container app.')
param name string

// In a module of its own: a template must not read what it is about to write.
resource current 'Microsoft.App/containerApps@2025-07-01' existing = if (exists) {
  name: name
}

@description('The image that runs; before the first deployment one that anybody may pull and that is never ready.')
output image string = exists
  ? current!.properties.template.containers[0].image
  : 'mcr.microsoft.com/azuredocs/containerapps-helloworld:latest'
