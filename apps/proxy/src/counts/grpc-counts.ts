/** What is counted of the calls of one method, or of all that are not counted by themselves. */
export type GrpcCounts = {
  readonly cluster: string
  /** "service.method"; empty for all others. */
  readonly name: string
  success: number
  failure: number
  readonly statuses: Map<string, number>
  requestMessages: number
  responseMessages: number
}

/** Names come from clients: beyond so many they are counted together. */
const namesMax = 2000

/** Calls of gRPC by where they went and what they called. */
export class GrpcTallies {
  private readonly byName = new Map<string, GrpcCounts>()

  of(cluster: string, name: string): GrpcCounts {
    const key = `${cluster}\n${name}`
    const known = this.byName.get(key)
    if (known !== undefined) return known
    if (name !== '' && this.byName.size >= namesMax) return this.of(cluster, '')
    const made = {
      cluster,
      name,
      success: 0,
      failure: 0,
      statuses: new Map(),
      requestMessages: 0,
      responseMessages: 0,
    }
    this.byName.set(key, made)
    return made
  }

  /** A cluster that is gone takes its counts along, and leaves its names to others. */
  forgetClusters(exists: (cluster: string) => boolean): void {
    for (const [key, { cluster }] of this.byName) if (!exists(cluster)) this.byName.delete(key)
  }

  all(): Iterable<GrpcCounts> {
    return this.byName.values()
  }
}
