import type { ControlPlane } from '../bootstrap/control-plane.ts'
import type { Wanted } from '../resources/wanted-names.ts'
import { type StreamParts, StreamSubscription } from './stream-subscription.ts'

/** The streams that are open: those that the bootstrap and what is held speak of. */
export class StreamSubscriptions implements Disposable {
  private readonly byKey = new Map<string, StreamSubscription>()
  private readonly planes: ReadonlyMap<string, ControlPlane>
  private readonly parts: StreamParts

  constructor(planes: ReadonlyMap<string, ControlPlane>, parts: StreamParts) {
    this.planes = planes
    this.parts = parts
  }

  [Symbol.dispose](): void {
    for (const each of this.byKey.values()) each[Symbol.dispose]()
    this.byKey.clear()
  }

  all(): readonly StreamSubscription[] {
    return [...this.byKey.values()]
  }

  /** Opens what is new, and lets go of what nobody wants any more. */
  follow({ streams }: Pick<Wanted, 'streams'>): void {
    for (const [key, each] of this.byKey) {
      if (streams.has(key)) continue
      each[Symbol.dispose]()
      this.byKey.delete(key)
    }
    for (const [key, wanted] of streams) {
      const plane = this.planes.get(wanted.cluster)
      // Who names a control plane that cannot be reached has been refused.
      if (plane === undefined || this.byKey.has(key)) continue
      this.byKey.set(key, new StreamSubscription(key, wanted, plane, this.parts))
    }
  }
}
