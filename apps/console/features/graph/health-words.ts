import type { Health } from '@heddle/shared/api/graph'
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

/** Worst first. */
export const healthOrder: readonly Health[] = ['fail', 'warn', 'ok', 'low', 'idle', 'unknown']
