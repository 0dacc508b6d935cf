/** Envoy's response flags in words (envoyproxy.io, access log, `%RESPONSE_FLAGS%`). */
const words: Readonly<Record<string, string>> = {
  DC: 'the caller closed the connection',
  DI: 'delayed by an injected fault',
  DPE: 'the caller broke the protocol',
  DR: 'the caller took the request back',
  DT: 'the connection lasted too long',
  FI: 'answered by an injected fault',
  IH: 'a header was refused',
  LH: 'the instance failed its health check',
  LR: 'the connection was reset here',
  NC: 'the destination is not known',
  NR: 'no route matched',
  RL: 'limited by rate',
  RLSE: 'the rate limit could not be asked',
  SI: 'the stream was idle too long',
  UAEX: 'refused by authorization',
  UC: 'the connection to the instance broke',
  UF: 'no connection to the instance',
  UH: 'no healthy instance',
  UO: 'the circuit breaker is open',
  UPE: 'the instance broke the protocol',
  UR: 'the instance reset the request',
  URX: 'retries ran out',
  UT: 'the instance took too long',
  UMSDR: 'the request took too long in all',
}

export function flagWords(flags: string): string {
  return flags
    .split(',')
    .map((flag) => words[flag] ?? flag)
    .join('; ')
}
