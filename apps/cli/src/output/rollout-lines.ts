import type { RolloutDetail } from '@heddle/shared/api/rollouts'
import { printable } from './table.ts'

/** A rollout as a few lines: where it stands, its stages, and every reason of a refusal. Pure. */
export function rolloutLines(number: number, { summary, proxies }: RolloutDetail): string[] {
  const why = summary.reasonText === undefined ? '' : `, ${printable(summary.reasonText)}`
  return [
    `#${number} ${summary.state.replace('_', ' ')}, revision ${summary.revision === 0 ? 'not made yet' : summary.revision}${why}`,
    ...summary.stages.map(({ stage, phase, proxies: all, acked, nacked, verdict }, index) => {
      const mark = index === summary.stageIndex && summary.state === 'rolling' ? '▶' : ' '
      const refused = nacked > 0 ? `, ${nacked} refused` : ''
      const found = verdict === undefined ? '' : `  ${printable(verdict.text)}`
      return `${mark} ${stage.name.padEnd(10)} ${phase.padEnd(8)} ${acked}/${all} acknowledged${refused}${found}`
    }),
    ...proxies
      .filter(({ nack }) => nack !== undefined)
      .map(({ proxyId, nack }) => `  ✕ ${printable(proxyId)}: ${printable(nack?.detail ?? '')}`),
  ]
}
