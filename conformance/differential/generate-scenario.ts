import type { Json } from '../runner/scenario-values.ts'
import { makeAskedCase } from './asked-case.ts'
import { makeBreakersCase } from './breakers-case.ts'
import { makeBrokenCase } from './broken-case.ts'
import { makeChainsCase } from './chains-case.ts'
import { makeChecksCase } from './checks-case.ts'
import { makeCorsCase } from './cors-case.ts'
import type { Draw } from './draw.ts'
import { makeEjectionCase } from './ejection-case.ts'
import { makeFaultsCase } from './faults-case.ts'
import { makeFiltersCase } from './filters-case.ts'
import { makeGrpcCase } from './grpc-case.ts'
import { makeHedgingCase } from './hedging-case.ts'
import { makeHttp2Case } from './http2-case.ts'
import { makeLimitsCase } from './limits-case.ts'
import { makeLogsCase } from './logs-case.ts'
import { makeLog } from './make-log.ts'
import { makeMetadataCase } from './metadata-case.ts'
import { makeMirrorsCase } from './mirrors-case.ts'
import { makePathsCase } from './paths-case.ts'
import { makePoolCase } from './pool-case.ts'
import { makeRbacCase } from './rbac-case.ts'
import { makeRedirectsCase } from './redirects-case.ts'
import { makeRepliesCase } from './replies-case.ts'
import { makeRewritesCase } from './rewrites-case.ts'
import { makeRoutesCase } from './routes-case.ts'
import { makeSessionsCase } from './sessions-case.ts'
import { makeTimeoutsCase } from './timeouts-case.ts'
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
  rewrites: makeRewritesCase,
  paths: makePathsCase,
  rbac: makeRbacCase,
  limits: makeLimitsCase,
  faults: makeFaultsCase,
  cors: makeCorsCase,
  grpc: makeGrpcCase,
  logs: makeLogsCase,
  hedging: makeHedgingCase,
  timeouts: makeTimeoutsCase,
  chains: makeChainsCase,
  metadata: makeMetadataCase,
  redirects: makeRedirectsCase,
  replies: makeRepliesCase,
  checks: makeChecksCase,
  broken: makeBrokenCase,
  filters: makeFiltersCase,
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
  const log =
    kind !== 'logs' && kind !== 'filters' && draw.chance(0.15)
      ? { log: withoutTrailers(makeLog(draw), parts.upstreams) }
      : {}
  return { name, listener: { ...(listener as Json), ...log }, ...parts, expect: {} } // as the makers above give it
}

/** Envoy drops those of HTTP/1.1. */
function withoutTrailers(log: Json, upstreams: unknown): Json {
  const isHttp1 = !JSON.stringify(upstreams ?? {}).includes('"h2":')
  return isHttp1 ? (JSON.parse(JSON.stringify(log).replaceAll('%TRAILER(', '%RESP(')) as Json) : log // what it was
}
