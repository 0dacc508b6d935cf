import type { HeldResources } from './held-resources.ts'
import { wantedNames } from './wanted-names.ts'

/** Lets go of endpoints, routes and secrets that nothing names any more; the same value when there are none. */
export function onlyWanted(held: HeldResources, fixedSecrets?: ReadonlySet<string>): HeldResources {
  const wanted = wantedNames(held, fixedSecrets)
  const assignment = keep(held.assignment, wanted.assignment)
  const route = keep(held.route, wanted.route)
  const secret = keep(held.secret, wanted.secret)
  const isSame = assignment === held.assignment && route === held.route && secret === held.secret
  return isSame ? held : { ...held, assignment, route, secret }
}

function keep<Value>(all: ReadonlyMap<string, Value>, names: ReadonlySet<string>): ReadonlyMap<string, Value> {
  const kept = [...all].filter(([name]) => names.has(name))
  return kept.length === all.size ? all : new Map(kept)
}
