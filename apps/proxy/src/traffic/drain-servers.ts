import { setTimeout as pause } from 'node:timers/promises'
import type { ListenerServer } from '../listener/listener-server.ts'

/** More than a system needs to close what there is. */
const cutMs = 1000
const checkMs = 20

/**
 * Ends what is connected after what is under way, and whatever is left at the limit: cut, and told of.
 *
 * Its clusters are there until then. What waits for an answer would otherwise see its upstream end first, and take that
 * for the reason; and a process that ends with the cut would have logged nothing of it.
 */
export async function drainServers(servers: readonly ListenerServer[], limitMs: number): Promise<void> {
  for (const server of servers) server.drain()
  if (await areEmpty(servers, limitMs)) return
  for (const server of servers) server.destroy()
  await areEmpty(servers, cutMs)
  // The other end of a tunnel closes a turn later.
  await pause(checkMs)
}

async function areEmpty(servers: readonly ListenerServer[], limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs
  while (servers.some(({ openConnections }) => openConnections > 0)) {
    if (performance.now() >= end) return false
    await pause(checkMs)
  }
  return true
}
