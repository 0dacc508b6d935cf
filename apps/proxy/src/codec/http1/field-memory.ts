import type { HeaderName } from '../../message/header-name.ts'

/** Longer lines, and lines behind these, are read each time: what a peer can make us keep is 8 KiB. */
const lineBytesMax = 256
const linesMax = 32
/** A line that changes with each message is learnt again now and then only. */
const relearnAfter = 64

/**
 * What any connection has learnt, by the line: connections that get the same lines share what was read of them, so that it
 * stays in the processor's cache while they take turns.
 */
const shared = new Map<string, RememberedField>()
/** Beyond it they are forgotten, and live as long as the connections that have them. */
const sharedMax = 512
/** Fields that may be secret: they die with their connection. */
const unshared = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie'])

/** A field line as it was read. */
export type RememberedField = {
  /** With the CRLF at its end. */
  readonly line: string
  readonly name: HeaderName
  readonly value: string
  /** As it is written when nobody changes it. */
  readonly wire: string
}

/**
 * The field lines that came before on one connection, in their order. Most programs send most of their fields again with
 * each message: comparing a line with the one that is expected costs a third of reading it, and what is read of it is the
 * same strings again.
 */
export class FieldMemory {
  private readonly fields: (RememberedField | undefined)[] = []
  private readonly misses: number[] = []
  private next = 0

  /** Begins with the first field line of a message. */
  rewind(): void {
    this.next = 0
  }

  /** The field that stands at `at` of `text`, if it is the expected one, or one is left out or came in between. */
  recall(text: string, at: number): RememberedField | undefined {
    const { next } = this
    return this.recallAt(next, text, at) ?? this.recallAt(next + 1, text, at) ?? this.recallAt(next - 1, text, at)
  }

  /** `line` was read at the place where another was expected. */
  learn(line: string, name: HeaderName): void {
    const index = this.next++
    if (index >= linesMax || line.length > lineBytesMax) return
    const misses = this.misses[index] ?? 0
    this.misses[index] = misses + 1
    if (misses % relearnAfter === 0) this.fields[index] = remembered(line, name)
  }

  private recallAt(index: number, text: string, at: number): RememberedField | undefined {
    if (index < 0 || index >= this.fields.length) return undefined
    const field = this.fields[index]
    if (field === undefined || text.charCodeAt(at) !== field.line.charCodeAt(0)) return undefined
    // Two strings of one length are compared by words, which `startsWith` does by characters.
    if (text.slice(at, at + field.line.length) !== field.line) return undefined
    this.next = index + 1
    return field
  }
}

/** What a connection has that has not asked again: nobody reads with it. */
export const hasAskedOnce = new FieldMemory()

function remembered(line: string, name: HeaderName): RememberedField {
  const known = shared.get(line)
  if (known !== undefined) return known
  // Copied: a slice would keep the whole head that it was cut from in memory.
  const copy = Buffer.from(line, 'latin1').toString('latin1')
  const value = copy.slice(copy.indexOf(':') + 1).replace(/^[ \t]+|[ \t]*\r\n$/g, '')
  const field = { line: copy, name, value, wire: name.prefix + value }
  if (unshared.has(name.text)) return field
  if (shared.size >= sharedMax) shared.clear()
  shared.set(copy, field)
  return field
}
