import type { Random } from '../request/random.ts'
import type { RequestView } from '../request/request-view.ts'
import { countIn, type RuntimeValues } from '../runtime/runtime-values.ts'
import type { ClusterChoice, ForwardTarget } from './forward-action.ts'

type WeightedTarget = Extract<ForwardTarget, { kind: 'weighted' }>

/** One of the clusters, as often as its weight says. */
export function chooseWeighted(
  target: WeightedTarget,
  random: Random,
  request: RequestView,
  values: RuntimeValues,
): ClusterChoice {
  const { choices, cumulative, total, keyPrefix } = target
  if (keyPrefix !== '' && values.size > 0) {
    const weights = choices.map(({ cluster, weight }) => countIn(values, `${keyPrefix}.${cluster}`, weight))
    const sum = weights.reduce((all, weight) => all + weight, 0)
    // Where nobody is to have it, the configured weights hold: the request must go somewhere.
    if (sum > 0) return choices[positionOf(weights, drawOf(target, sum, random, request))] as ClusterChoice // in range
  }
  const drawn = drawOf(target, total, random, request)
  let index = 0
  while (drawn >= (cumulative[index] as number)) index++ // ends: drawn < total, the last cumulative
  return choices[index] as ClusterChoice // in range
}

function positionOf(weights: readonly number[], drawn: number): number {
  let left = drawn
  return weights.findIndex((weight) => {
    left -= weight
    return left < 0
  })
}

const uint64Max = 2n ** 64n - 1n

/** The request may say itself where it stands among the weights, so that callers along the way decide alike. */
function drawOf({ drawnBy }: WeightedTarget, total: number, random: Random, request: RequestView): number {
  const value = drawnBy === undefined ? undefined : request.header(drawnBy)
  if (value === undefined || !/^\d{1,20}$/.test(value)) return random() * total
  const number = BigInt(value)
  return number > uint64Max ? random() * total : Number(number % BigInt(total))
}
