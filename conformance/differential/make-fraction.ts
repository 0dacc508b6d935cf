import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

/**
 * A share of all or of nothing, under each of the three denominators, so that no chance decides. More than all is all. The last
 * of each list is so near to it that it would be far away under another denominator.
 */
export function makeFraction(draw: Draw, allShare: number): Json {
  return draw.pick(draw.chance(allShare) ? all : nothing)
}

const all: readonly Json[] = [
  { numerator: 100 },
  { numerator: 100, denominator: 'HUNDRED' },
  { numerator: 10_000, denominator: 'TEN_THOUSAND' },
  { numerator: 1_000_000, denominator: 'MILLION' },
  { numerator: 200 },
  { numerator: 4_294_967_295, denominator: 'MILLION' },
  { numerator: 999_999, denominator: 'MILLION' },
]
const nothing: readonly Json[] = [
  {},
  { numerator: 0 },
  { denominator: 'TEN_THOUSAND' },
  { numerator: 0, denominator: 'MILLION' },
  { numerator: 1, denominator: 'MILLION' },
  { numerator: 100, denominator: 'MILLION' },
]
