/** Response flags in words, as `%RESPONSE_FLAGS_LONG%` has them. */
const names = {
  LH: 'FailedLocalHealthCheck',
  UH: 'NoHealthyUpstream',
  UF: 'UpstreamConnectionFailure',
  UO: 'UpstreamOverflow',
  NR: 'NoRouteFound',
  NC: 'NoClusterFound',
  URX: 'UpstreamRetryLimitExceeded',
  UT: 'UpstreamRequestTimeout',
  UR: 'UpstreamRemoteReset',
  UC: 'UpstreamConnectionTermination',
  DC: 'DownstreamConnectionTermination',
  DR: 'DownstreamRemoteReset',
  DI: 'DelayInjected',
  FI: 'FaultInjected',
  SI: 'StreamIdleTimeout',
  DPE: 'DownstreamProtocolError',
  UPE: 'UpstreamProtocolError',
  OM: 'OverloadManagerTerminated',
  DT: 'DurationTimeout',
  UMSDR: 'UpstreamMaxStreamDurationReached',
  RL: 'RateLimited',
  RLSE: 'RateLimitServiceError',
} as const

export type NamedFlag = keyof typeof names

export function flagNames(flags: string): string {
  return flags
    .split(',')
    .map((flag) => names[flag as NamedFlag] ?? flag)
    .join(',')
}
