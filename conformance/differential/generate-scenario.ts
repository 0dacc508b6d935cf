import type { Json } from '../runner/scenario-values.ts'
import { makeAskedCase } from './asked-case.ts'
import { makeBreakersCase } from './breakers-case.ts'
import type { Draw } from './draw.ts'
import { makeEjectionCase } from './ejection-case.ts'
import { makeHttp2Case } from './http2-case.ts'
import { makeLog } from './make-log.ts'
import { makeMirrorsCase } from './mirrors-case.ts'
import { makePoolCase } from './pool-case.ts'
import { makeRoutesCase } from './routes-case.ts'
import { makeSessionsCase } from './sessions-case.ts'
import { makeUpgradesCase } from './upgrades-case.ts'

/** What a case is about, with what makes its parts. */
const caseKinds = {
  routes: makeRoutesCase,
  pool: makePoolCase,
  ejection: makeEjectionCase,
  breakers: makeBreakersCase,
  mirrors: makeMirrorsCase,
  sessions: makeSessionsCase,
  upgrades: makeUpgradesCase,
  http2: makeHttp2Case,
  asked: makeAskedCase,
} satisfies Record<string, (draw: Draw, requests: number) => Json>

export type CaseKind = keyof typeof caseKinds
export const caseKindNames = Object.keys(caseKinds) as CaseKind[] // those and no others

/** Routes are what most of a configuration is. */
const drawn: readonly CaseKind[] = [...caseKindNames, 'routes', 'routes', 'routes', 'pool', 'pool', 'http2']

export function drawKind(draw: Draw): CaseKind {
  return draw.pick(drawn)
}

/** A scenario as it would stand in a file, without expectations: what is expected of our proxy is what Envoy does. */
export function generateScenario(draw: Draw, kind: CaseKind, name: string, requests: number): Json {
  const { listener, ...parts } = caseKinds[kind](draw, requests)
  const log = draw.chance(0.15) ? { log: makeLog(draw) } : {}
  return { name, listener: { ...(listener as Json), ...log }, ...parts, expect: {} } // as the makers above give it
}
