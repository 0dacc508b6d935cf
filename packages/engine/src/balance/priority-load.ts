/** What counts of one priority. */
export type LevelCounts = {
  /** Endpoints that are not excluded, or the sum of their weights where weights count for health. */
  readonly total: number
  readonly healthy: number
  readonly degraded: number
  /** The endpoints themselves, where weights count: by these it is judged whether there are enough of them (Envoy). */
  readonly heads?: LevelCounts
}

/** How much of the traffic goes to which priority, in percent, and which of them use all their endpoints. */
export type PriorityLoad = {
  readonly healthy: readonly number[]
  readonly degraded: readonly number[]
  readonly panics: readonly boolean[]
}

/**
 * Spreads the load over priorities as Envoy does: a priority is worth its share of healthy endpoints times the
 * overprovisioning factor, at most 100 %; what it cannot take goes to the next, and to degraded endpoints only when no
 * priority has healthy ones left. In a panic of all priorities the number of endpoints decides. `overprovisioning` in
 * percent, of all priorities or of each.
 */
export function priorityLoad(
  levels: readonly LevelCounts[],
  overprovisioning: number | readonly number[],
  panicPercent: number,
): PriorityLoad {
  const { healthy, degraded } = availabilities(levels, overprovisioning)
  const available = Math.min(100, sum(healthy) + sum(degraded))
  if (available === 0 && panicPercent === 0) return allToFirst(levels.length)
  const panics = levels.map((level) => available < 100 && isPanicking(level, panicPercent))
  if (panics.length > 0 && panics.every(Boolean)) return { ...bySize(levels), panics }
  // Nobody is there to take it, and not everybody panics: only empty priorities are left.
  if (available === 0) return allToFirst(levels.length)
  const toHealthy = distribute(healthy, 100, available)
  const toDegraded = distribute(degraded, toHealthy.left, available)
  // What is left are rounding errors.
  const first = toHealthy.first >= 0 ? toHealthy : toDegraded
  if (first.first >= 0) first.loads[first.first] = (first.loads[first.first] ?? 0) + toDegraded.left
  return { healthy: toHealthy.loads, degraded: toDegraded.loads, panics }
}

/**
 * The load when some priorities are left out, however well they are; undefined when the others can take nothing. Unlike above,
 * what rounding leaves over is shared out like the rest (Envoy's `previous_priorities`).
 */
export function loadWithout(
  levels: readonly LevelCounts[],
  overprovisioning: number | readonly number[],
  excluded: ReadonlySet<number>,
): PriorityLoad | undefined {
  const all = availabilities(levels, overprovisioning)
  const left = (parts: readonly number[]) => parts.map((part, index) => (excluded.has(index) ? 0 : part))
  const [healthy, degraded] = [left(all.healthy), left(all.degraded)]
  const available = Math.min(100, sum(healthy) + sum(degraded))
  if (available === 0) return undefined
  const loads = { healthy: healthy.map(() => 0), degraded: degraded.map(() => 0) }
  let rest = 100
  const fill = (to: number[], from: readonly number[]) => {
    for (const [index, each] of from.entries()) {
      const taken = Math.min(rest, Math.floor((each * 100) / available))
      to[index] = (to[index] ?? 0) + taken
      rest -= taken
    }
  }
  // Ends: whoever is available takes at least one in a hundred each time.
  while (rest > 0) {
    fill(loads.healthy, healthy)
    fill(loads.degraded, degraded)
  }
  return { ...loads, panics: [] }
}

function availabilities(levels: readonly LevelCounts[], overprovisioning: number | readonly number[]) {
  const share = (part: number, { total }: LevelCounts, index: number) => {
    const percent = typeof overprovisioning === 'number' ? overprovisioning : (overprovisioning[index] ?? 100)
    return total === 0 ? 0 : Math.min(100, Math.floor((percent * part) / total))
  }
  return {
    healthy: levels.map((level, index) => share(level.healthy, level, index)),
    degraded: levels.map((level, index) => share(level.degraded, level, index)),
  }
}

/** Too few are well for it to be believed. */
export function isPanicking(level: LevelCounts, panicPercent: number): boolean {
  const { total, healthy, degraded } = level.heads ?? level
  const percent = total === 0 ? 0 : (100 * (healthy + degraded)) / total
  return percent < panicPercent
}

function distribute(availability: readonly number[], load: number, available: number) {
  let left = load
  const loads = availability.map((each) => {
    const taken = Math.min(left, Math.floor((each * 100) / available))
    left -= taken
    return taken
  })
  return { loads, left, first: availability.findIndex((each) => each > 0) }
}

function bySize(levels: readonly LevelCounts[]): Omit<PriorityLoad, 'panics'> {
  const totals = levels.map((level) => (level.heads ?? level).total)
  const total = sum(totals)
  const healthy = totals.map((each) => (total === 0 ? 0 : Math.floor((100 * each) / total)))
  const first = Math.max(
    0,
    levels.findIndex((level) => level.total > 0),
  )
  healthy[first] = (healthy[first] ?? 0) + 100 - sum(healthy)
  return { healthy, degraded: levels.map(() => 0) }
}

function allToFirst(count: number): PriorityLoad {
  const zeros = Array.from({ length: count }, () => 0)
  return { healthy: zeros.map((_, index) => (index === 0 ? 100 : 0)), degraded: zeros, panics: zeros.map(() => false) }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
