import type { HealthProbe } from '../config/health-check-config.ts'
import { checkGrpc } from './check-grpc.ts'
import { checkHttp } from './check-http.ts'
import { checkTcp } from './check-tcp.ts'
import type { ProbeAnswer } from './probe-result.ts'
import type { ProbeTarget } from './probe-target.ts'

/** Asks once. Never rejects: no answer in time is a failure. Ends with the signal, whatever the peer does. */
export async function probe(config: HealthProbe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
  try {
    switch (config.kind) {
      case 'http':
        return await checkHttp(config, target, signal)
      case 'tcp':
        return { result: await checkTcp(config, target, signal), status: 0 }
      case 'grpc':
        return { result: await checkGrpc(config, target, signal), status: 0 }
    }
  } catch {
    return { result: 'silence', status: 0 }
  }
}
