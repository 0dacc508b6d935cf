import type { Detector } from '@heddle/engine/outlier/outlier-policy'
import type { OutlierWitness } from '@heddle/engine/outlier/outlier-record'
import { nowMs } from '../clock/event-clock.ts'
import { addressKey } from '../net/address-key.ts'
import type { EndpointState } from './endpoint-state.ts'
import type { OutlierClock } from './outlier-clock.ts'

/** The cluster that is written about. */
type Told = { readonly config: { readonly name: string }; readonly outliers: Pick<OutlierClock, 'rates'> }

type Past = { ejections: number; returnedMs: number | undefined }

/** Writes a line for each ejection and each return: `envoy.data.cluster.v3.OutlierDetectionEvent`, as an Envoy does. */
export class OutlierEvents implements OutlierWitness {
  private readonly cluster: Told
  private readonly write: (line: string) => void
  /** By endpoint, as long as it is there. */
  private readonly pasts = new WeakMap<EndpointState, Past>()

  constructor(cluster: Told, write: (line: string) => void) {
    this.cluster = cluster
    this.write = write
  }

  found(endpoint: EndpointState, detector: Detector, isEnforced: boolean): void {
    const past = this.pastOf(endpoint)
    if (isEnforced) past.ejections++
    this.tell(endpoint, past.returnedMs, {
      type: detector.toUpperCase().replaceAll('-', '_'),
      action: 'EJECT',
      isEnforced,
      why: this.causeOf(endpoint, detector),
    })
  }

  returned(endpoint: EndpointState): void {
    this.pastOf(endpoint).returnedMs = nowMs()
    // An Envoy does not say for what it was ejected, and leaves there what is the first of all types.
    const event = { type: 'CONSECUTIVE_5XX', action: 'UNEJECT', isEnforced: false, why: {} } as const
    this.tell(endpoint, endpoint.ejectedAtMs, event)
  }

  private pastOf(endpoint: EndpointState): Past {
    let past = this.pasts.get(endpoint)
    if (past === undefined) {
      past = { ejections: 0, returnedMs: undefined }
      this.pasts.set(endpoint, past)
    }
    return past
  }

  private tell(
    endpoint: EndpointState,
    lastMs: number | undefined,
    event: { readonly type: string; readonly action: string; readonly isEnforced: boolean; readonly why: object },
  ): void {
    const line = {
      type: event.type,
      timestamp: new Date().toISOString(),
      // A number of 64 bits is a text in JSON.
      ...(lastMs === undefined ? {} : { secs_since_last_action: String(whole((nowMs() - lastMs) / 1000)) }),
      cluster_name: this.cluster.config.name,
      upstream_url: addressKey(endpoint.config.address),
      action: event.action,
      num_ejections: this.pastOf(endpoint).ejections,
      enforced: event.isEnforced,
      ...event.why,
    }
    this.write(`${JSON.stringify(line)}\n`)
  }

  private causeOf(endpoint: EndpointState, detector: Detector): object {
    const { successRates, localOriginSuccessRates } = this.cluster.outliers.rates
    switch (detector) {
      case 'consecutive-5xx':
      case 'consecutive-gateway-failure':
      case 'consecutive-local-origin-failure':
        return { eject_consecutive_event: {} }
      case 'success-rate':
        return { eject_success_rate_event: rateEvent(endpoint.successRate, successRates) }
      case 'local-origin-success-rate':
        return { eject_success_rate_event: rateEvent(endpoint.localOriginSuccessRate, localOriginSuccessRates) }
      case 'failure-percentage':
        return { eject_failure_percentage_event: { host_success_rate: whole(endpoint.successRate) } }
      case 'local-origin-failure-percentage':
        return { eject_failure_percentage_event: { host_success_rate: whole(endpoint.localOriginSuccessRate) } }
    }
  }
}

function rateEvent(ofEndpoint: number, { average, ejectedBelow }: { average: number; ejectedBelow: number }): object {
  return {
    host_success_rate: whole(ofEndpoint),
    cluster_average_success_rate: whole(average),
    cluster_success_rate_ejection_threshold: whole(ejectedBelow),
  }
}

/** Fields of the event have no sign and no fraction. */
function whole(value: number): number {
  return Math.max(0, Math.trunc(value))
}
