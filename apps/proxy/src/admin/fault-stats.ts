import type { Traffic } from '../traffic/start-traffic.ts'
import { counters, gauges, httpScope, type Stat } from './stat.ts'

/** `http.<stat_prefix>.fault`: what was injected there. */
export function faultStats({ counts, load }: Pick<Traffic, 'counts' | 'load'>): Stat[] {
  return [...counts.faults].flatMap(([prefix, { aborts, delays, slowed, overflows }]) => [
    ...counters(httpScope(prefix), {
      'fault.aborts_injected': aborts,
      'fault.delays_injected': delays,
      'fault.response_rl_injected': slowed,
      'fault.faults_overflow': overflows,
    }),
    ...gauges(httpScope(prefix), { 'fault.active_faults': load.faultsByChain.get(prefix) ?? 0 }),
  ])
}
