import type { RolloutPlan } from '@heddle/shared/api/rollouts'

/** The plan of a change that brings none: one proxy per service, a quarter, everybody. */
export function defaultPlan(soakSeconds: number): RolloutPlan {
  return {
    stages: [
      { name: 'canary', target: { kind: 'per-service', proxies: 1 }, soakSeconds },
      { name: 'quarter', target: { kind: 'percent', percent: 25 }, soakSeconds },
      { name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 },
    ],
    gate: { requestsMin: 20, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 30 },
    autoRollback: true,
  }
}
