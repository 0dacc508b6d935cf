import type { ForwardAction } from '@heddle/engine/route/forward-action'

/** How long the upstream may take, so that it need not work for nobody; 0 when there is no limit. */
export function expectedTimeoutMs({ timeoutMs, retry }: ForwardAction, elapsedMs: number): number {
  const perTryMs = retry?.perTryTimeoutMs ?? 0
  if (timeoutMs === 0) return perTryMs
  const leftMs = Math.max(1, Math.round(timeoutMs - elapsedMs))
  return perTryMs > 0 && perTryMs < leftMs ? perTryMs : leftMs
}
