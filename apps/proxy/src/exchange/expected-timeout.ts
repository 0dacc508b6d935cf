import type { ForwardAction } from '@heddle/engine/route/forward-action'

/** How long the upstream may take, so that it need not work for nobody; 0 when there is no limit. */
export function expectedTimeoutMs({ timeoutMs, perTryTimeoutMs: perTryMs }: ForwardAction, elapsedMs: number): number {
  if (timeoutMs === 0) return perTryMs
  const leftMs = Math.max(1, Math.round(timeoutMs - elapsedMs))
  return perTryMs > 0 && perTryMs < leftMs ? perTryMs : leftMs
}
