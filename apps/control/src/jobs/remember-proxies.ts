import { randomUUID } from 'node:crypto'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import { fromShared, toShared } from '../proxies/shared-proxy.ts'
import {
  proxiesElsewhereDigest,
  readConnectedProxies,
  readProxiesElsewhere,
  type SharedProxy,
  writeConnectedProxies,
} from '../store/connected-proxies.ts'
import { forgetReplicas, giveLeaseBack, replicaLease, takeLease } from '../store/lease.ts'
import type { Store } from '../store/open-store.ts'

const everyMs = 500

/**
 * Tells the other replicas, by the database, which proxies are connected here and what they run, and hears the same from
 * them: endpoints, rollouts and lists are of all proxies, whichever replica holds their streams. After a restart they are
 * known at once, so that the first sidecar that comes back is not told that all the others are gone, and a rollout waits for
 * those it had reached.
 */
export async function rememberProxies(store: Store, proxies: ProxyRegistry): Promise<AsyncDisposable> {
  const replica = randomUUID()
  const lease = replicaLease(replica)
  await forgetReplicas(store)
  const before = new Set<string>()
  const remembered = (await readConnectedProxies(store)).map(fromShared)
  for (const { proxy } of remembered) before.add(proxy.nodeId)
  proxies.expect(remembered)
  const written = new Map<string, string>()
  let heard = ''
  let isStopped = false
  let running: Promise<void> | undefined

  const write = async () => {
    const known = proxies.all()
    const changed = known
      // Those that we hold, and those that we have held.
      .filter(({ proxy, streams, isElsewhere }) => streams > 0 || (written.has(proxy.nodeId) && !isElsewhere))
      .map(toShared)
      .filter((shared) => written.get(shared.id) !== textOf(shared))
    const ids = new Set(known.map(({ proxy }) => proxy.nodeId))
    const gone = [...written.keys(), ...before].filter((id) => !ids.has(id))
    if (changed.length + gone.length === 0) return
    await writeConnectedProxies(store, replica, changed, gone)
    for (const shared of changed) written.set(shared.id, textOf(shared))
    // What we have lost another replica may have told of while we still held it.
    if (changed.some(({ isConnected }) => !isConnected)) heard = ''
    for (const id of gone) {
      written.delete(id)
      before.delete(id)
    }
  }
  const read = async () => {
    const digest = await proxiesElsewhereDigest(store, replica)
    if (digest === heard) return
    proxies.setElsewhere((await readProxiesElsewhere(store, replica)).map(fromShared))
    heard = digest
  }
  const turn = async () => {
    await takeLease(store, lease, replica)
    await write()
    await read()
  }

  const timer = setInterval(() => {
    if (isStopped) return
    running ??= turn()
      // The database is away: the next turn finds the same difference.
      .catch(() => undefined)
      .finally(() => {
        running = undefined
      })
  }, everyMs)
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true
      clearInterval(timer)
      await running
      await giveLeaseBack(store, lease, replica).catch(() => undefined)
    },
  }
}

function textOf(shared: SharedProxy): string {
  return JSON.stringify(shared)
}
