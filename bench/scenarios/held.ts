import type { HeldKind } from '../held-connections.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const basedOn = { http1: 'http1-every-feature', tls: 'tls', http2: 'http1', tcp: 'tcp' } as const

/** What a proxy runs while connections of a kind are held open. */
export function heldScenario(kind: HeldKind): Scenario {
  const scenario = scenarios.find(({ name }) => name === basedOn[kind])
  if (scenario === undefined) throw new Error(`the scenario ${basedOn[kind]} is gone`)
  return scenario
}
