import type { HeldResources } from './held-resources.ts'
import { type Wanted, wantedNames } from './wanted-names.ts'

/** Lets go of endpoints, routes, secrets and layers of the runtime that nothing names any more; the same value when there are none. */
export function onlyWanted(held: HeldResources, fixed?: Wanted): HeldResources {
  const { ads, files, streams } = wantedNames(held, fixed)
  const assignment = keep(held.assignment, ads.assignment, files, streams)
  const route = keep(held.route, ads.route, files, streams)
  const secret = keep(held.secret, ads.secret, files, streams)
  const runtime = keep(held.runtime, ads.runtime, files, streams)
  const isSame =
    assignment === held.assignment && route === held.route && secret === held.secret && runtime === held.runtime
  return isSame ? held : { ...held, assignment, route, secret, runtime }
}

function keep<Value>(
  all: ReadonlyMap<string, Value>,
  names: ReadonlySet<string>,
  files: Wanted['files'],
  streams: Wanted['streams'],
): ReadonlyMap<string, Value> {
  const kept = [...all].filter(([name]) => names.has(name) || files.has(name) || streams.has(name))
  return kept.length === all.size ? all : new Map(kept)
}
