import type { ClusterConfig } from '../config/cluster-config.ts'
import type { UpstreamSocket } from '../config/upstream-socket.ts'
import type { PrioritySettings } from '../pool/priority-pools.ts'
import { prioritySettings } from './pool-settings.ts'

/** The settings of a cluster's pools, once for each way to its endpoints: thousands of endpoints share a few. */
export class SocketSettings {
  private readonly made = new Map<UpstreamSocket, PrioritySettings>()
  private readonly config: ClusterConfig

  constructor(config: ClusterConfig) {
    this.config = config
  }

  of(socket: UpstreamSocket): PrioritySettings {
    let settings = this.made.get(socket)
    if (settings === undefined) {
      settings = prioritySettings(this.config, socket)
      this.made.set(socket, settings)
    }
    return settings
  }
}
