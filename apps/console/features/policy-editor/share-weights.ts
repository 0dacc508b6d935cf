/**
 * Weights that sum to 100 with one of them set, the others keeping their proportions. Whole numbers; what rounding leaves
 * over goes to the largest of the others. A single weight is always everything.
 */
export function shareWeights(weights: readonly number[], index: number, percent: number): readonly number[] {
  if (weights.length < 2) return weights.map(() => 100)
  const wanted = Math.min(100, Math.max(0, Math.round(percent)))
  const rest = 100 - wanted
  const others = weights.reduce((sum, weight, place) => (place === index ? sum : sum + weight), 0)
  const shared = weights.map((weight, place) =>
    place === index ? wanted : Math.floor(others === 0 ? rest / (weights.length - 1) : (weight / others) * rest),
  )
  const left = 100 - shared.reduce((sum, weight) => sum + weight, 0)
  const largest = shared.reduce(
    (best, weight, place) => (place !== index && (best === -1 || weight > (shared[best] ?? 0)) ? place : best),
    -1,
  )
  return shared.map((weight, place) => (place === largest ? weight + left : weight))
}
