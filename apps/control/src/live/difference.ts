/** Remembers a list by key and says what differs in the next one. Compared as text: what looks the same is the same. */
export class Difference<Item> {
  private known = new Map<string, string>()
  private readonly keyOf: (item: Item) => string

  constructor(keyOf: (item: Item) => string) {
    this.keyOf = keyOf
  }

  next(items: readonly Item[]): { readonly changed: readonly Item[]; readonly removed: readonly string[] } {
    const now = new Map<string, string>()
    const changed: Item[] = []
    for (const item of items) {
      const key = this.keyOf(item)
      const text = JSON.stringify(item)
      now.set(key, text)
      if (this.known.get(key) !== text) changed.push(item)
    }
    const removed = [...this.known.keys()].filter((key) => !now.has(key))
    this.known = now
    return { changed, removed }
  }
}
