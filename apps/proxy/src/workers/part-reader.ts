/** One that is not read on for so long is forgotten: who asked is gone. */
const idleMs = 30_000
/** In characters. */
const answerLength = 128 * 1024

/** What another worker reads from this one part by part, by its number for it. */
export class PartReader {
  private readonly open = new Map<number, { readonly parts: Iterator<unknown>; readonly idle: NodeJS.Timeout }>()

  /** The next parts as the JSON of a list; empty when there are no more. `begin` is asked with the first question. */
  async next(reading: number, begin: () => Promise<Iterable<unknown>>): Promise<string> {
    const { parts } = this.open.get(reading) ?? this.opened(reading, (await begin())[Symbol.iterator]())
    let text = ''
    while (text.length < answerLength) {
      const part = parts.next()
      if (part.done === true) break
      text += `${text === '' ? '' : ','}${JSON.stringify(part.value)}`
    }
    this.close(reading)
    // Once more after the last part, so that the end is told by itself.
    if (text === '') return ''
    this.opened(reading, parts)
    return `[${text}]`
  }

  private opened(reading: number, parts: Iterator<unknown>) {
    const opened = { parts, idle: setTimeout(() => this.open.delete(reading), idleMs).unref() }
    this.open.set(reading, opened)
    return opened
  }

  private close(reading: number): void {
    clearTimeout(this.open.get(reading)?.idle)
    this.open.delete(reading)
  }
}
