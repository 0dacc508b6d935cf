import type { DownstreamPort } from '../message/downstream-port.ts'
import type { Runtime } from './runtime.ts'
import { type RequestSource, ServeHttp } from './serve-http.ts'

/** More than so many requests at once are under way in few processes; what is beyond is made anew. */
const sparesMax = 256

/**
 * What serves requests, while it serves none. A connection has one for as long as a request of it is under way: with its
 * exchange, timers and filters it is half of what a connection would hold, and most connections are idle.
 */
export class SpareServers {
  private readonly runtime: Runtime
  private readonly spares: ServeHttp[] = []

  constructor(runtime: Runtime) {
    this.runtime = runtime
  }

  take(downstream: DownstreamPort, source: RequestSource, seriesMemo: unknown): ServeHttp {
    // The last one that was given back: it is still in the processor's cache.
    const spare = this.spares.pop()
    if (spare === undefined) return new ServeHttp(downstream, source, this.runtime)
    spare.attach(downstream, source, seriesMemo)
    return spare
  }

  /** Its request is over. */
  give(serve: ServeHttp): void {
    if (serve.isOpen) return
    serve.detach()
    if (this.spares.length < sparesMax) this.spares.push(serve)
  }

  /** They hold the configuration that they have served with. */
  clear(): void {
    this.spares.length = 0
  }
}
