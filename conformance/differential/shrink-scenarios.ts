import type { Json } from '../runner/scenario-values.ts'
import { type Path, reductionsOf, without } from './reductions.ts'

/** A scenario in which the two sides differ, and how. */
export type Divergence = { readonly raw: Json; readonly lines: readonly string[] }

/** Tells for each scenario where the sides differ. */
export type Judge = (raws: readonly Json[]) => Promise<string[][]>

/** Large parts first, because most of what is small goes with them: how deep a part may lie, by round. */
const depths = [3, 5, 99, 99, 99, 99]

/**
 * Makes each scenario as small as it can be while the sides still differ in the same part of what is seen. One round tries
 * every part that could be left out, for all scenarios in one start of both sides, and then leaves out as many of those that
 * could be as can be together.
 */
export async function shrinkScenarios(found: readonly Divergence[], judge: Judge): Promise<Divergence[]> {
  let current = found
  for (const depthMax of depths) {
    const apart = current.map(({ raw }) => reductionsOf(raw, depthMax).map((path) => [path]))
    const alone = await tryAll(current, apart, judge)
    const joint = await tryAll(
      current,
      alone.map((each) => partsOf(each.flatMap(({ paths }) => paths))),
      judge,
    )
    current = current.map((each, index) => smallest(joint[index] ?? []) ?? each)
  }
  return [...current]
}

type Try = { readonly paths: readonly Path[]; readonly divergence: Divergence }

/** Of the ways to leave parts out of each scenario, those in which it still differs as before. */
async function tryAll(
  current: readonly Divergence[],
  ways: readonly (readonly (readonly Path[])[])[],
  judge: Judge,
): Promise<Try[][]> {
  const tries = current.flatMap(({ raw }, index) =>
    (ways[index] ?? []).map((paths) => ({ index, paths, raw: without(raw, paths) })),
  )
  const verdicts = await judge(tries.map(({ raw }) => raw))
  return current.map(({ lines }, index) =>
    tries.flatMap(({ paths, raw, ...tried }, at) => {
      const now = verdicts[at] ?? []
      const isSame = tried.index === index && now.some((line) => placeOf(line) === signatureOf(lines))
      return isSame ? [{ paths, divergence: { raw, lines: now } }] : []
    }),
  )
}

/** All of them, halves, quarters, and so on, from either end. */
function partsOf(paths: readonly Path[]): (readonly Path[])[] {
  const sizes = new Set([1, 2, 4, 8, 16].map((part) => Math.ceil(paths.length / part)))
  return [...sizes].filter((size) => size > 0).flatMap((size) => [paths.slice(0, size), paths.slice(-size)])
}

function smallest(tries: readonly Try[]): Divergence | undefined {
  return tries.toSorted((a, b) => b.paths.length - a.paths.length)[0]?.divergence
}

/** What says most comes first. */
const ranks = ['refused', 'responses.status', 'responses', 'upstream', 'connections', 'log']

/** Where the sides differ, in a word: differences with the same one are likely the same. */
export function signatureOf(lines: readonly string[]): string {
  const rankOf = (place: string) => ranks.findIndex((each) => place.startsWith(each))
  return lines.map(placeOf).toSorted((a, b) => rankOf(a) - rankOf(b))[0] ?? ''
}

/** "upstream.a.0.target: heddle …" is "upstream.target". */
function placeOf(line: string): string {
  return line
    .slice(0, line.indexOf(':'))
    .replace(/\.\d+/g, '')
    .replace(/^upstream\.\w+/, 'upstream')
}
