import type { FixedWants } from '../resources/fixed-wants.ts'
import type { HeldResources } from '../resources/held-resources.ts'
import { wantedNames } from '../resources/wanted-names.ts'

/** What of it came from the control plane; the rest came out of files. */
export function onlyOfAds(held: HeldResources, fixed: FixedWants): HeldResources {
  const { files } = wantedNames(held, fixed)
  if (files.size === 0) return held
  const without = <Value>(all: ReadonlyMap<string, Value>) => new Map([...all].filter(([name]) => !files.has(name)))
  return {
    ...held,
    cluster: files.has('cluster') ? new Map() : held.cluster,
    listener: files.has('listener') ? new Map() : held.listener,
    assignment: without(held.assignment),
    route: without(held.route),
  }
}
