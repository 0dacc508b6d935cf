import type { Health, Signals } from '@heddle/shared/api/graph'
import type { Tone } from '#ui/tone.ts'

export const healthTone: Record<Health, Tone> = {
  ok: 'ok',
  warn: 'warn',
  fail: 'fail',
  low: 'idle',
  idle: 'idle',
  unknown: 'unknown',
}

export const healthWord: Record<Health, string> = {
  ok: 'Healthy',
  warn: 'Degraded',
  fail: 'Failing',
  low: 'Low traffic',
  idle: 'Idle',
  unknown: 'Not measured',
}

/** When something is so; the control plane judges, by the numbers of its window and of the hour before. */
export const healthHint: Record<Health, string> = {
  ok: 'Less than 1 % of its requests fail, or one alone did, and it is not much slower than in the hour before, where that is known',
  warn: '1 % of its requests or more fail, 5 % or more are denied, or its p95 is more than twice that of the hour before',
  fail: '5 % of its requests or more fail, or its p95 is more than four times that of the hour before',
  low: 'Fewer than 20 requests, too few to judge',
  idle: 'No requests in the window',
  unknown: 'No proxy reports it: it may be well or not',
}

/** Which of them it is that makes something unwell, as the control plane judges (`judge-health.ts`). */
export function healthReason(health: Health, signals: Judged, isLatencyKnown = true): string {
  switch (health) {
    case 'fail':
      return causeOf(health, signals) === 'errors'
        ? '5 % of its requests or more fail'
        : 'Its p95 is more than four times that of the hour before'
    case 'warn':
      return warnReason[causeOf(health, signals)]
    case 'ok':
      return isLatencyKnown
        ? 'Less than 1 % of its requests fail, or one alone did, and it is not much slower than in the hour before'
        : 'Less than 1 % of its requests fail, or one alone did; the usual latency is not known yet'
    case 'low':
    case 'idle':
    case 'unknown':
      return healthHint[health]
  }
}

type Judged = Pick<Signals, 'requests' | 'errorShare' | 'deniedShare'>
type Cause = 'errors' | 'denied' | 'latency'

const warnReason: Record<Cause, string> = {
  errors: '1 % of its requests or more fail',
  denied: '5 % of its requests or more are denied by a policy',
  latency: 'Its p95 is more than twice that of the hour before',
}

/** What makes it unwell. */
export function causeOf(health: Health, signals: Judged): Cause {
  if (isFailingByErrors(health, signals)) return 'errors'
  const { requests, deniedShare } = signals
  return health === 'warn' && deniedShare >= 0.05 && Math.round(deniedShare * requests) >= 2 ? 'denied' : 'latency'
}

function isFailingByErrors(health: Health, { requests, errorShare }: Judged): boolean {
  // One failed request is an accident.
  const hasErrors = Math.round(errorShare * requests) >= 2
  return hasErrors && errorShare >= (health === 'fail' ? 0.05 : 0.01)
}

/** Worst first. */
export const healthOrder: readonly Health[] = ['fail', 'warn', 'ok', 'low', 'idle', 'unknown']
