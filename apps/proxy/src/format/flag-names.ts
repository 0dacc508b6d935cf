/** Response flags in words, as `%RESPONSE_FLAGS_LONG%` has them. */
const names: Readonly<Record<string, string>> = {
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
  DI: 'DelayInjected',
  FI: 'FaultInjected',
  SI: 'StreamIdleTimeout',
  DPE: 'DownstreamProtocolError',
  UPE: 'UpstreamProtocolError',
  OM: 'OverloadManagerTerminated',
  DT: 'DurationTimeout',
  RL: 'RateLimited',
  RLSE: 'RateLimitServiceError',
}

export function flagNames(flags: string): string {
  return flags
    .split(',')
    .map((flag) => names[flag] ?? flag)
    .join(',')
}
