import { RolloutDetail } from '@heddle/shared/api/rollouts'
import { queryOptions } from '@tanstack/react-query'
import { anything } from './anything.ts'
import { requestJson } from './request-json.ts'

/** The rollout of a change; the live topic `rollout` writes into the same place. */
export const rolloutQuery = (changeId: string) =>
  queryOptions({
    queryKey: ['rollout-of-change', changeId],
    queryFn: ({ signal }) => requestJson(RolloutDetail, `/changes/${encodeURIComponent(changeId)}/rollout`, { signal }),
  })

export type RolloutVerb = 'pause' | 'resume' | 'promote' | 'abort' | 'rollback'

/** Over plain HTTP, so that stopping works while the live stream is down. */
export async function actOnRollout(id: string, verb: RolloutVerb, reason: string): Promise<void> {
  await requestJson(anything, `/rollouts/${encodeURIComponent(id)}/${verb}`, { method: 'POST', body: { reason } })
}
