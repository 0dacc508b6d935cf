import { compareOutcomes } from '../runner/compare-outcomes.ts'
import type { Outcome } from '../runner/outcome.ts'
import { runSide, type SideResults } from '../runner/run-side.ts'
import { type Scenario, scenarioFile } from '../runner/scenario.ts'
import type { Json } from '../runner/scenario-values.ts'
import type { Side } from '../runner/side.ts'
import { withoutStated } from './stated-differences.ts'

/** So many scenarios share one start of each side: more of them make a bootstrap that is larger than ours takes. */
const together = 200

/** Where the two sides differ in each scenario; empty where they agree. Without a second side, what the first refuses. */
export async function findDifferences(
  raws: readonly Json[],
  sides: readonly [Side, Side | undefined],
  folder: string,
): Promise<string[][]> {
  const found: string[][] = []
  for (let at = 0; at < raws.length; at += together) {
    const scenarios = read(raws.slice(at, at + together))
    const [ours, theirs] = await Promise.all(sides.map((side) => side && runSide(side, scenarios, folder)))
    found.push(
      ...scenarios.map((scenario) => compare(scenario, resultOf(ours, scenario), theirs && resultOf(theirs, scenario))),
    )
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
  if ('failure' in ours) {
    // What both refuse is no case.
    return theirs !== undefined && 'failure' in theirs ? [] : [`refused: heddle ${ours.failure}`]
  }
  if (theirs === undefined) return []
  if ('failure' in theirs) return [`refused: envoy ${theirs.failure}`]
  return compareOutcomes(withoutStated(ours, scenario), withoutStated(theirs, scenario), [])
}
