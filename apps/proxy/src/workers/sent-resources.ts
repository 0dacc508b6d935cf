import type { SentChange, SentResource } from './sent-change.ts'

/** All that a leader has sent, for a worker that begins later. */
export class SentResources {
  private readonly all = new Map<string, SentResource>()

  take({ isWhole, changed, removed }: SentChange): void {
    if (isWhole) this.all.clear()
    for (const each of removed) this.all.delete(keyOf(each))
    for (const each of changed) this.all.set(keyOf(each), each)
  }

  whole(): SentChange {
    return { isWhole: true, changed: [...this.all.values()], removed: [] }
  }
}

function keyOf({ kind, name }: Pick<SentResource, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}
