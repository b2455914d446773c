@export()
@description('How large the functions may grow.')
type functionsSize = {
  @description('Memory of an instance: 512, 2048 or 4096.')
  instanceMemoryMB: 512 | 2048 | 4096

  @minValue(40)
  @maxValue(1000)
  @description('Instances at most.')
  maximumInstances: int

  @minValue(0)
  @description('Instances that are always there: no cold start, and billed while idle.')
  alwaysReady: int
}

@export()
@description('How large the relay may grow.')
type relaySize = {
  @minValue(1)
  @maxValue(8)
  @description('Memory of a replica in GiB; half as many cores come with it.')
  memoryGi: int

  @minValue(1)
  @description('Replicas that are always there: sockets cannot be held by none.')
  minReplicas: int

  @minValue(1)
  @maxValue(1000)
  @description('Replicas at most.')
  maxReplicas: int

  @minValue(1)
  @description('Open tunnels from which on a replica says that it is not ready, and another one has to take the next.')
  tunnelsPerReplica: int
}

@export()
@description('A user-assigned identity, as those who run under it have to know it.')
type identityReference = {
  @description('Resource id.')
  id: string

  @description('By which a process picks it.')
  clientId: string

  @description('By which roles are given to it.')
  principalId: string
}
