import type { ForwardAction } from '@heddle/engine/route/forward-action'

/** How long the upstream may take, so that it need not work for nobody; 0 when there is no limit. */
export function expectedTimeoutMs(action: ForwardAction, elapsedMs: number): number {
  const { timeoutMs } = action
  // A try that goes on beside the next one has all the time that is left.
  const perTryMs = action.hedgesOnTryTimeout ? 0 : action.perTryTimeoutMs
  if (timeoutMs === 0) return perTryMs
  const leftMs = Math.max(1, Math.round(timeoutMs - elapsedMs))
  return perTryMs > 0 && perTryMs < leftMs ? perTryMs : leftMs
}
