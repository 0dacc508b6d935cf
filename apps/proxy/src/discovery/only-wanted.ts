import type { HeldResources } from './held-resources.ts'
import { wantedNames } from './wanted-names.ts'

/** Lets go of endpoints and routes that nothing names any more; the same value when there are none. */
export function onlyWanted(held: HeldResources): HeldResources {
  const wanted = wantedNames(held)
  const assignment = keep(held.assignment, wanted.assignment)
  const route = keep(held.route, wanted.route)
  return assignment === held.assignment && route === held.route ? held : { ...held, assignment, route }
}

function keep<Value>(all: ReadonlyMap<string, Value>, names: ReadonlySet<string>): ReadonlyMap<string, Value> {
  const kept = [...all].filter(([name]) => names.has(name))
  return kept.length === all.size ? all : new Map(kept)
}
