import type { RolloutDetail } from '@heddle/shared/api/rollouts'
import { isTakenBack, rolloutWord, stageWord } from '@heddle/shared/api/state-words'
import { printable } from './table.ts'

/** A rollout as a few lines: where it stands, its stages, and every reason of a refusal. Pure. */
export function rolloutLines(number: number, { summary, proxies }: RolloutDetail): string[] {
  const why = summary.reasonText === undefined ? '' : `, ${printable(summary.reasonText)}`
  return [
    `#${number} ${rolloutWord(summary).toLowerCase()}, revision ${summary.revision === 0 ? 'not made yet' : summary.revision}${why}`,
    ...summary.stages.map((status, index) => {
      const { stage, proxies: all, acked, nacked, verdict } = status
      const mark = index === summary.stageIndex && summary.state === 'rolling' ? '▶' : ' '
      const refused = nacked > 0 ? `, ${nacked} refused` : ''
      const found = verdict === undefined ? '' : `  ${printable(verdict.text)}`
      const word = stageWord(status, summary).toLowerCase()
      const reached = isTakenBack(summary.state) ? `${acked}/${all} had it` : `${acked}/${all} acknowledged${refused}`
      return `${mark} ${stage.name.padEnd(10)} ${word.padEnd(12)} ${reached}${found}`
    }),
    ...proxies
      .filter(({ nack }) => nack !== undefined)
      .map(({ proxyId, nack }) => `  ✕ ${printable(proxyId)}: ${printable(nack?.detail ?? '')}`),
  ]
}
