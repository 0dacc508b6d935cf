import type { Wanted } from '../resources/wanted-names.ts'
import { FileSubscription } from './file-subscription.ts'

/** The files that are followed: those that the bootstrap and what is held speak of. */
export class FileSubscriptions implements Disposable {
  private readonly byKey = new Map<string, FileSubscription>()
  private readonly onMoved: (moved: FileSubscription) => void

  constructor(onMoved: (moved: FileSubscription) => void) {
    this.onMoved = onMoved
  }

  [Symbol.dispose](): void {
    for (const each of this.byKey.values()) each[Symbol.dispose]()
    this.byKey.clear()
  }

  all(): readonly FileSubscription[] {
    return [...this.byKey.values()]
  }

  has(subscription: FileSubscription): boolean {
    return this.byKey.get(subscription.key) === subscription
  }

  /** Those that have moved and were not told to have. */
  flush(): readonly FileSubscription[] {
    return this.all().filter((each) => each.flush())
  }

  /** One that is wanted and not followed yet. From now on it is; who asks reads it. */
  next({ files }: Wanted): FileSubscription | undefined {
    for (const [key, wanted] of files) {
      if (this.byKey.has(key)) continue
      const made = new FileSubscription(key, wanted, this.onMoved)
      this.byKey.set(key, made)
      return made
    }
    return undefined
  }

  /** Lets go of what nobody wants any more. */
  keep({ files }: Wanted): void {
    for (const [key, each] of this.byKey) {
      if (files.has(key)) continue
      each[Symbol.dispose]()
      this.byKey.delete(key)
    }
  }
}
