import { type FixedWants, listKinds } from '../resources/fixed-wants.ts'
import { type HeldResources, noResources } from '../resources/held-resources.ts'
import { nothingWanted, type WantedStream, wantedNames } from '../resources/wanted-names.ts'
import type { StreamScope, Update } from './xds-session.ts'

/** ADS: the lists that the bootstrap asks for, and whatever names come to be wanted. */
export function adsScope(fixed?: FixedWants): StreamScope {
  const lists = fixed?.adsLists ?? listKinds
  return {
    lists,
    names: (held) => wantedNames(held, fixed).ads,
    takes: (kind) => (kind !== 'cluster' && kind !== 'listener') || lists.includes(kind),
  }
}

/** A stream of its own. */
export function ownScope(wanted: WantedStream): StreamScope {
  const { ads } = nothingWanted()
  if ('name' in wanted) ads[wanted.of].add(wanted.name)
  return {
    lists: 'name' in wanted ? [] : [wanted.of],
    names: () => ads,
    takes: (kind) => kind === wanted.of,
  }
}

/** What is held as such a stream sees it: by the name that the control plane knows, and nothing else. */
export function ownHeld(held: HeldResources, wanted: WantedStream, key: string): HeldResources {
  if (!('name' in wanted)) return { ...noResources, [wanted.of]: held[wanted.of] }
  const one = held[wanted.of].get(key)
  return one === undefined ? noResources : { ...noResources, [wanted.of]: new Map([[wanted.name, one]]) }
}

/** Back again: what came goes by its key; a resource that nobody asked for is passed over, as in Envoy. */
export function ownUpdate(update: Update, wanted: WantedStream, key: string): Update {
  if (!('name' in wanted)) return update
  const { name } = wanted
  const keyed = <Value>(all: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> => {
    const one = all.get(name)
    return one === undefined ? new Map() : new Map([[key, one]])
  }
  return {
    ...update,
    changed: keyed(update.changed),
    removed: update.removed.includes(name) ? [key] : [],
    ttlsMs: keyed(update.ttlsMs),
  }
}
