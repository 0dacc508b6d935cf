import { randomUUID } from 'node:crypto'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import { readConnectedProxies, writeConnectedProxies } from '../store/connected-proxies.ts'
import type { Store } from '../store/open-store.ts'

const everyMs = 1000

/**
 * Keeps in the database which proxies are connected. After a restart they are known at once, so that the first sidecar
 * that comes back is not told that all the others are gone, and a rollout waits for those it had reached.
 */
export async function rememberProxies(store: Store, proxies: ProxyRegistry): Promise<AsyncDisposable> {
  const replica = randomUUID()
  const before = await readConnectedProxies(store)
  proxies.expect(before.map(({ description, agent }) => ({ proxy: description as ProxyDescription, agent }))) // as written below
  const written = new Map<string, string>()
  let isStopped = false
  let running: Promise<void> | undefined
  const write = async () => {
    const known = proxies.all()
    const came = known
      .filter(({ streams }) => streams > 0)
      .map(({ proxy, agent }) => ({ id: proxy.nodeId, description: proxy, agent }))
      .filter(({ id, description }) => written.get(id) !== JSON.stringify(description))
    const ids = new Set(known.map(({ proxy }) => proxy.nodeId))
    const gone = [...written.keys(), ...before.map(({ id }) => id)].filter((id) => !ids.has(id))
    if (came.length + gone.length === 0) return
    await writeConnectedProxies(store, replica, came, gone)
    for (const { id, description } of came) written.set(id, JSON.stringify(description))
    for (const id of gone) written.delete(id)
    before.splice(0, before.length, ...before.filter(({ id }) => ids.has(id)))
  }
  const timer = setInterval(() => {
    if (isStopped) return
    running ??= write()
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
    },
  }
}
