import type { AutoServerName } from '../config/auto-server-name.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionPool, RequestOrigin } from './connection-pool.ts'
import { KeyedPools, type MakePool } from './keyed-pools.ts'
import { namedSettings, peerNameOf } from './named-settings.ts'
import type { PoolSettings } from './pool-settings.ts'

/**
 * `auto_sni` and `auto_san_validation`: a connection is for the name that it was opened for, and for no other. Clients choose
 * names: of more than the cluster may have connections, those that nobody has asked for longest go. The name that was asked
 * for last stands last.
 */
export class PerNamePool extends KeyedPools<string> {
  private readonly autoName: AutoServerName
  private lastName: string | undefined

  constructor(address: SocketAddress, settings: PoolSettings, autoName: AutoServerName, make: MakePool) {
    super(address, settings, make)
    this.autoName = autoName
  }

  protected override keyOf(origin: RequestOrigin | undefined): string {
    return origin === undefined ? '' : peerNameOf(this.autoName, origin)
  }

  protected override settingsOf(name: string): PoolSettings {
    return namedSettings(this.settings, this.autoName, name)
  }

  protected override poolOf(name: string): ConnectionPool {
    const known = this.pools.get(name)
    if (known !== undefined && name === this.lastName) return known
    this.lastName = name
    if (known === undefined) {
      this.makeRoom()
      return super.poolOf(name)
    }
    this.pools.delete(name)
    this.pools.set(name, known)
    return known
  }

  protected override forget(name: string): void {
    super.forget(name)
    if (this.lastName === name) this.lastName = undefined
  }

  private makeRoom(): void {
    for (const [name, pool] of this.pools) {
      if (this.pools.size < this.settings.connectionsMax) return
      pool.close()
      this.forget(name)
    }
  }
}
