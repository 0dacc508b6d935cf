'use client'
import type { RolloutSummary, Stage, StageStatus, Verdict } from '@heddle/shared/api/rollouts'
import { ackWords, isTakenBack, stageWord } from '@heddle/shared/api/state-words'
import { classNames } from '#ui/class-names.ts'
import { formatCount, formatMs, formatShare } from '#ui/format-number.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { useNow } from '#ui/use-now.ts'
import { phaseLook } from './phase-look.ts'

/** The stages in order, each with whom it reaches, who has acknowledged, how long it is watched and what was found. */
export function StageTimeline({ rollout }: { readonly rollout: RolloutSummary }) {
  return (
    <ol aria-label="Stages" className="grid gap-3 md:grid-cols-[repeat(auto-fit,minmax(14rem,1fr))]">
      {rollout.stages.map((status, index) => (
        <StageCard key={status.stage.name} status={status} rollout={rollout} isCurrent={index === rollout.stageIndex} />
      ))}
    </ol>
  )
}

function StageCard({
  status,
  rollout,
  isCurrent,
}: {
  readonly status: StageStatus
  readonly rollout: RolloutSummary
  readonly isCurrent: boolean
}) {
  const look = phaseLook(status, rollout)
  const isActive = isCurrent && (rollout.state === 'rolling' || rollout.state === 'paused')
  return (
    <li
      aria-current={isActive ? 'step' : undefined}
      className={classNames('flex flex-col gap-2 rounded-card border p-3', isActive ? 'border-accent' : 'border-line')}
    >
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="font-semibold">{status.stage.name}</h3>
        <span className="text-meta text-muted">{reachOf(status.stage)}</span>
      </div>
      <StatusGlyph tone={look.tone} glyph={look.glyph}>
        {stageWord(status, rollout)}
      </StatusGlyph>
      {/* Who is in a stage is in all later ones: what those have acknowledged is not this stage's doing yet. */}
      {status.phase === 'pending' ? (
        <p className="text-dense text-muted">{formatCount(status.proxies, 'proxy', 'proxies')} in all</p>
      ) : isTakenBack(rollout.state) ? (
        <p className="text-dense text-muted">
          {ackWords['taken-back']} from {formatCount(status.proxies, 'proxy', 'proxies')}
        </p>
      ) : (
        <>
          <Bar done={status.acked} bad={status.nacked} all={status.proxies} />
          <p className="text-dense text-muted">
            {status.acked} of {status.proxies} acknowledged
            {status.nacked > 0 ? `, ${status.nacked} refused` : ''}
          </p>
        </>
      )}
      <Soak status={status} isActive={isActive && rollout.state === 'rolling'} />
      {status.verdict ? <Judgement verdict={status.verdict} /> : null}
    </li>
  )
}

function reachOf({ target }: Stage): string {
  return target.kind === 'percent' ? `${target.percent} % of each service` : `${target.proxies} per service`
}

function Bar({ done, bad, all }: { readonly done: number; readonly bad: number; readonly all: number }) {
  const share = (count: number) => `${all === 0 ? 0 : (count / all) * 100}%`
  return (
    <div aria-hidden className="flex h-1.5 overflow-hidden rounded-control bg-line">
      <div className="bg-ok" style={{ inlineSize: share(done) }} />
      <div className="bg-fail" style={{ inlineSize: share(bad) }} />
    </div>
  )
}

function Soak({ status, isActive }: { readonly status: StageStatus; readonly isActive: boolean }) {
  const now = useNow()
  if (status.soakEndsAt === undefined || !isActive) return null
  const left = Math.max(0, Math.ceil((Date.parse(status.soakEndsAt) - now) / 1000))
  return <p className="text-dense">{left > 0 ? `watched for ${left} s more` : 'being judged'}</p>
}

function Judgement({ verdict }: { readonly verdict: Verdict }) {
  const tone = verdict.isUnseen
    ? 'warn'
    : verdict.result === 'pass'
      ? 'ok'
      : verdict.result === 'fail'
        ? 'fail'
        : 'warn'
  return (
    <div className="text-dense">
      <StatusGlyph tone={tone}>
        <span className="whitespace-normal">{verdict.text}</span>
      </StatusGlyph>
      {verdict.metrics.length > 0 ? (
        <table className="mt-2 w-full">
          <thead>
            <tr className="text-start text-muted">
              <th className="text-start font-normal">Metric</th>
              <th className="text-end font-normal">Stage</th>
              <th className="text-end font-normal">{verdict.comparedWith === 'before' ? 'Before' : 'Others'}</th>
            </tr>
          </thead>
          <tbody>
            {verdict.metrics.map(({ name, stage, others }) => (
              <tr key={name}>
                <th scope="row" className="text-start font-normal">
                  {name}
                </th>
                <td className="text-end">{metricText(name, stage)}</td>
                <td className="text-end">{metricText(name, others)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </div>
  )
}

function metricText(name: Verdict['metrics'][number]['name'], value: number | undefined): string {
  if (name === 'error-share') return formatShare(value)
  if (name === 'p99-ms') return formatMs(value)
  return value === undefined ? '–' : value.toLocaleString('en')
}
