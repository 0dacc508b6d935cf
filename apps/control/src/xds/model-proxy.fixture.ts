import type { AdsRequest, RequestedNames } from './ads-request.ts'
import type { AdsResponse } from './ads-stream-state.ts'
import type { EncodedResource } from './resource-set.ts'
import { type ResourceType, resourceTypes } from './resource-type.ts'
import type { StreamMode } from './subscription.ts'

/**
 * A proxy as the tests imagine it: it does what Envoy does with responses, on resources whose bytes are a list of the
 * names they refer to. It reports what must never happen in `faults`.
 */
export class ModelProxy {
  readonly held = new Map<ResourceType, Map<string, EncodedResource>>()
  readonly requests: AdsRequest[] = []
  readonly faults: string[] = []
  responses = 0
  readonly mode: StreamMode
  readonly refuses: (resource: EncodedResource) => boolean
  readonly #nonces = new Map<ResourceType, string>()
  readonly #warming = new Set<string>()
  #heldBackAck: (() => void) | undefined

  constructor(mode: StreamMode, refuses: (resource: EncodedResource) => boolean = () => false) {
    this.mode = mode
    this.refuses = refuses
    for (const type of resourceTypes) this.held.set(type, new Map())
    for (const type of ['cluster', 'listener'] as const) this.#send(type, this.#wants(type, [], []))
  }

  /** Takes a response, changes what it runs, and queues its answer. */
  take(response: AdsResponse): void {
    this.responses += 1
    this.#nonces.set(response.type, response.nonce)
    const bad = response.resources.find(this.refuses)
    if (bad !== undefined) {
      this.#send(response.type, this.#wants(response.type, [], []), `${bad.name} is bad`)
      // Refused endpoints end the waiting too.
      if (response.type === 'endpoint') this.#endWarming(response)
      return
    }
    const before = new Map(this.#of(response.type))
    this.#apply(response)
    if (response.type === 'cluster') this.#afterClusters(before, response)
    else if (response.type === 'endpoint') this.#afterEndpoints(response)
    else this.#acknowledge(response.type)
    if (response.type === 'listener') this.#follow('listener', 'route')
    this.#lookForBreakage(response.type)
  }

  names(type: ResourceType): string[] {
    return [...this.#of(type)].map(([name, resource]) => `${name}@${resource.version}`).sort()
  }

  #of(type: ResourceType): Map<string, EncodedResource> {
    return this.held.get(type) as Map<string, EncodedResource> // filled in the constructor
  }

  #apply(response: AdsResponse): void {
    const held = this.#of(response.type)
    const isWhole = response.type === 'cluster' || response.type === 'listener'
    if (this.mode === 'sotw' && isWhole) held.clear()
    for (const resource of response.resources) held.set(resource.name, resource)
    for (const name of response.removed) held.delete(name)
  }

  /** Envoy holds its acknowledgement back until each new or changed cluster has been sent endpoints. */
  #afterClusters(before: ReadonlyMap<string, EncodedResource>, response: AdsResponse): void {
    const now = this.#of('cluster')
    for (const resource of response.resources) {
      if (before.get(resource.name)?.version !== resource.version) this.#warming.add(resource.name)
    }
    for (const name of this.#warming) if (!now.has(name)) this.#warming.delete(name)
    this.#follow('cluster', 'endpoint')
    this.#heldBackAck = () => this.#acknowledge('cluster')
    this.#acknowledgeWhenWarm()
  }

  #afterEndpoints(response: AdsResponse): void {
    this.#acknowledge('endpoint')
    this.#endWarming(response)
  }

  #endWarming(response: AdsResponse): void {
    for (const resource of response.resources) this.#warming.delete(resource.name)
    for (const name of response.removed) this.#warming.delete(name)
    this.#acknowledgeWhenWarm()
  }

  #acknowledgeWhenWarm(): void {
    if (this.#warming.size > 0) return
    this.#heldBackAck?.()
    this.#heldBackAck = undefined
  }

  /** Subscribes what is now named, lets go of what is not. */
  #follow(from: ResourceType, to: ResourceType): void {
    const named = new Set(from === 'cluster' ? this.#of(from).keys() : [...this.#of(from).values()].flatMap(refersTo))
    const known = this.#subscribed.get(to) ?? new Set<string>()
    const more = [...named].filter((name) => !known.has(name))
    const less = [...known].filter((name) => !named.has(name))
    for (const name of less) this.#of(to).delete(name)
    this.#subscribed.set(to, named)
    if (more.length > 0 || less.length > 0) this.#send(to, this.#wants(to, more, less))
  }
  readonly #subscribed = new Map<ResourceType, Set<string>>()

  #lookForBreakage(type: ResourceType): void {
    if (type !== 'route' && type !== 'cluster') return
    for (const route of this.#of('route').values()) {
      for (const cluster of refersTo(route)) {
        if (!this.#of('cluster').has(cluster)) this.faults.push(`after ${type}: ${route.name} names absent ${cluster}`)
      }
    }
  }

  #acknowledge(type: ResourceType): void {
    this.#send(type, this.#wants(type, [], []))
  }

  #wants(type: ResourceType, subscribe: string[], unsubscribe: string[]): RequestedNames {
    if (this.mode === 'delta') return { mode: 'delta', subscribe, unsubscribe, initialVersions: new Map() }
    return { mode: 'sotw', list: [...(this.#subscribed.get(type) ?? [])], version: '' }
  }

  #send(type: ResourceType, names: RequestedNames, errorMessage?: string): void {
    // In the delta protocol a change of names alone answers nothing.
    const isChange = names.mode === 'delta' && names.subscribe.length + names.unsubscribe.length > 0
    const responseNonce = isChange ? '' : (this.#nonces.get(type) ?? '')
    this.requests.push({ type, responseNonce, errorMessage, names })
  }
}

/** The names in a model resource's bytes. */
function refersTo(resource: EncodedResource): string[] {
  return new TextDecoder().decode(resource.bytes).split(',').filter(Boolean)
}
