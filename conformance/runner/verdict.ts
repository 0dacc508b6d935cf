import { compareOutcomes } from './compare-outcomes.ts'
import { judge } from './judge.ts'
import type { Outcome } from './outcome.ts'
import type { Scenario } from './scenario.ts'
import type { Expected } from './scenario-expected.ts'
import type { Side } from './side.ts'

/** `differs`: as the scenario says, with its reason. `missing` is no pass. */
export type Mark = 'pass' | 'differs' | 'fail' | 'missing' | 'left out'

export type Verdict = {
  readonly scenario: Scenario
  readonly heddle: Mark
  readonly envoy: Mark
  readonly faults: readonly string[]
}

export type Seen = Outcome | { readonly failure: string } | 'missing' | 'left out'

/** Judges both sides by what the scenario expects of each, and the two against each other. */
export function verdictOf(scenario: Scenario, heddle: Seen, envoy: Seen): Verdict {
  const ours = judgeSide('heddle', heddle, expectedOf(scenario, 'heddle'))
  const theirs = judgeSide('envoy', envoy, expectedOf(scenario, 'envoy'))
  const faults = [...ours.faults, ...theirs.faults]
  let mark = theirs.mark
  if (mark === 'pass' && scenario.differs !== undefined) {
    mark = 'differs'
    if (isOutcome(envoy) && judge(envoy, scenario.expect).length === 0) {
      mark = 'fail'
      faults.push('envoy: does what is expected of us too; `differs` is out of date')
    }
  }
  if (isOutcome(heddle) && isOutcome(envoy) && ours.mark === 'pass' && mark !== 'fail') {
    // What differs on purpose is judged by what is expected of each.
    const differences = scenario.differs ? [] : compareOutcomes(heddle, envoy, incomparableParts(scenario))
    if (differences.length > 0) mark = 'fail'
    faults.push(...differences)
  }
  return { scenario, heddle: ours.mark, envoy: mark, faults }
}

/** Where many requests run at once, and chance decides, only shares can be judged. */
function incomparableParts({ incomparable, steps }: Scenario): readonly string[] {
  const isOfMany = steps.some((step) => 'repeat' in step)
  return [...Object.keys(incomparable), ...(isOfMany ? ['log', 'upstream'] : [])]
}

/** What stands in `differs` replaces what is expected of both. */
export function expectedOf({ expect, differs }: Scenario, side: Side['name']): Expected {
  if (side === 'heddle') return expect
  const { connections = expect.connections, ...other } = differs?.envoy ?? {}
  return { ...expect, ...other, connections }
}

function judgeSide(name: string, seen: Seen, expected: Expected): { mark: Mark; faults: string[] } {
  if (seen === 'missing' || seen === 'left out') return { mark: seen, faults: [] }
  const faults = 'failure' in seen ? [seen.failure] : judge(seen, expected)
  return { mark: faults.length === 0 ? 'pass' : 'fail', faults: faults.map((each) => `${name}: ${each}`) }
}

function isOutcome(seen: Seen): seen is Outcome {
  return typeof seen === 'object' && !('failure' in seen)
}
