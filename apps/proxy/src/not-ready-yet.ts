import type { Bootstrap } from './bootstrap/bootstrap.ts'
import type { Discovery } from './discovery/start-discovery.ts'
import type { Traffic } from './traffic/start-traffic.ts'

const firsts = {
  runtime: 'layers of the runtime have not come',
  cluster: 'the first list of clusters has not come',
  listener: 'the first list of listeners has not come',
} as const

/**
 * Why `/ready` says no. Undefined: it serves all that it is to serve, which is nothing where nobody configures a listener, or
 * where a control plane says that there are none.
 *
 * As in Envoy, but for a control plane that has not said anything that could be taken: there an Envoy says yes when its time is
 * over, and whoever sends to it finds nobody.
 */
export function notReadyYet(
  bootstrap: Bootstrap,
  traffic: Traffic,
  discovery: Discovery | undefined,
): string | undefined {
  if (traffic.load.endsKeepAlive) return 'its health is made to fail'
  const first = discovery?.awaitedFirst()[0]
  if (first !== undefined) return firsts[first]
  const starting = discovery?.starting() ?? []
  if (starting.length > 0) return `listeners wait for routes or endpoints: ${starting.join(', ')}`
  if (traffic.listeners().size > 0) return undefined
  const awaiting = traffic.secrets.follower?.awaiting ?? []
  if (awaiting.length > 0) return `secrets have not come: ${awaiting.join(', ')}`
  const lacksOwn = bootstrap.config.listeners.size > 0
  return lacksOwn || !hasTakenListeners(bootstrap, discovery) ? 'no listener is configured yet' : undefined
}

/** Also where there is nobody to say which. */
function hasTakenListeners({ wants }: Bootstrap, discovery: Discovery | undefined): boolean {
  if (wants.adsLists.includes('listener')) return (discovery?.counts?.listener.successes ?? 0) > 0
  const sources = [...(discovery?.files() ?? []), ...(discovery?.streams() ?? [])]
  const isAsked = wants.files.has('listener') || wants.streams.has('listener')
  return !isAsked || sources.some(({ key, counts }) => key === 'listener' && counts.successes > 0)
}
