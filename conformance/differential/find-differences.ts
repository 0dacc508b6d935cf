import { compareOutcomes } from '../runner/compare-outcomes.ts'
import type { Outcome } from '../runner/outcome.ts'
import { runSide, type SideResults } from '../runner/run-side.ts'
import { type Scenario, scenarioFile } from '../runner/scenario.ts'
import type { Json } from '../runner/scenario-values.ts'
import type { Side } from '../runner/side.ts'
import { withoutStated } from './stated-differences.ts'

/** So many scenarios share one start of each side: more of them make a bootstrap that is larger than ours takes. */
const together = 200

/**
 * Where the two sides differ in each scenario; empty where they agree. Without a second side, what the first refuses.
 * `onBothRefused` hears of what is no case, because neither side takes it.
 */
export async function findDifferences(
  raws: readonly Json[],
  sides: readonly [Side, Side | undefined],
  folder: string,
  onBothRefused: (scenario: Json, why: string) => void = () => {},
): Promise<string[][]> {
  const found: string[][] = []
  for (let at = 0; at < raws.length; at += together) {
    const scenarios = read(raws.slice(at, at + together))
    const [ours, theirs] = await Promise.all(sides.map((side) => side && runSide(side, scenarios, folder)))
    for (const [index, scenario] of scenarios.entries()) {
      const result = resultOf(ours, scenario)
      const other = theirs && resultOf(theirs, scenario)
      if ('failure' in result && other !== undefined && 'failure' in other) {
        onBothRefused(raws[at + index] ?? {}, result.failure)
        found.push([])
      } else found.push(compare(scenario, result, other))
    }
  }
  return found
}

function read(raws: readonly Json[]): Scenario[] {
  const { scenarios } = scenarioFile.parse({ topic: 'differential', scenarios: raws })
  return scenarios.map((each, index) => ({ ...each, topic: 'differential', id: `case-${index}` }))
}

type Result = Outcome | { readonly failure: string }

function resultOf(results: SideResults | undefined, scenario: Scenario): Result {
  return results?.get(scenario) ?? { failure: 'was not run' }
}

function compare(scenario: Scenario, ours: Result, theirs: Result | undefined): string[] {
  if ('failure' in ours) return [`refused: heddle ${ours.failure}`]
  if (theirs === undefined) return []
  if ('failure' in theirs) return [`refused: envoy ${theirs.failure}`]
  return compareOutcomes(withoutStated(ours, scenario), withoutStated(theirs, scenario), [])
}
