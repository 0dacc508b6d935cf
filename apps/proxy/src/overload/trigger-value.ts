import type { OverloadTrigger } from '../config/overload-config.ts'

/** How far an action is taken, 0 to 1: by the strongest of its triggers. A monitor that says nothing triggers nothing. */
export function triggerValue(triggers: readonly OverloadTrigger[], pressures: ReadonlyMap<string, number>): number {
  let strongest = 0
  for (const { monitor, scaling, saturation } of triggers) {
    const pressure = pressures.get(monitor) ?? 0
    const value = pressure >= saturation ? 1 : pressure <= scaling ? 0 : (pressure - scaling) / (saturation - scaling)
    strongest = Math.max(strongest, value)
  }
  return strongest
}
