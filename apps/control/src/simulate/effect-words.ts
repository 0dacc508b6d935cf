import type { EdgeEffect } from '@heddle/shared/api/simulate'

/** What a change would do to requests, by what is counted, in words. */
export const effectWords = [
  ['newlyDenied', 'would be denied'],
  ['newlyAllowed', 'would be allowed'],
  ['faulted', 'would be answered by the fault'],
  ['delayed', 'would be delayed'],
  ['newlyTimedOut', 'would take longer than they may'],
  ['rerouted', 'would be answered by another version or service'],
  ['newlyLimited', 'would be over a rate limit'],
  ['noLongerLimited', 'would be within their rate limit'],
  ['otherwiseChanged', 'would meet other settings'],
] as const satisfies readonly (readonly [keyof EdgeEffect, string])[]
