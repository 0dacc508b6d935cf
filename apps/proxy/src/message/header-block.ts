import { type HeaderName, headerName } from './header-name.ts'
import type { Spelling } from './spelling.ts'

/** Header fields in the order they came, names in lower case. One block is used again for message after message. */
export class HeaderBlock {
  /** A removed field keeps its place with an empty name. */
  readonly names: string[] = []
  readonly values: string[] = []
  /** Of each field; what is removed keeps its own. */
  readonly known: HeaderName[] = []
  /** Whole fields as they go on the wire, where they are known as one; empty where they are not. */
  private readonly wires: string[] = []
  /** Names of fields that no hop may put into a table of HPACK (RFC 7541 §6.2.3); undefined for none, nearly always. */
  neverIndexed: Set<string> | undefined
  /** How the names came, where they are to be written so again; undefined, nearly always. No copy has it. */
  spelling: Spelling | undefined
  count = 0

  clear(): void {
    this.count = 0
    this.neverIndexed = undefined
    this.spelling = undefined
  }

  neverIndex(name: string): void {
    this.neverIndexed ??= new Set()
    this.neverIndexed.add(name)
  }

  append(name: string, value: string): void {
    this.appendKnown(headerName(name), value)
  }

  appendKnown(name: HeaderName, value: string): void {
    const { count } = this
    this.names[count] = name.text
    this.known[count] = name
    this.wires[count] = ''
    this.values[count] = value
    this.count = count + 1
  }

  /** `wire` is the field as it is written: the name's prefix and the value. */
  appendWritten(name: HeaderName, value: string, wire: string): void {
    const { count } = this
    this.names[count] = name.text
    this.known[count] = name
    this.wires[count] = wire
    this.values[count] = value
    this.count = count + 1
  }

  has(name: string): boolean {
    for (let index = 0; index < this.count; index++) if (this.names[index] === name) return true
    return false
  }

  /** Several lines of one name are joined with ",", as RFC 9110 §5.3 allows a recipient. */
  get(name: string): string | undefined {
    let found: string | undefined
    for (let index = 0; index < this.count; index++) {
      if (this.names[index] !== name) continue
      const value = this.values[index] as string // in range
      found = found === undefined ? value : `${found},${value}`
    }
    return found
  }

  /** As a format tells it: of several lines the first, but for fields that are lists (`list-fields.ts`). */
  told(name: string, lists: ReadonlySet<string>): string | undefined {
    let found: string | undefined
    for (let index = 0; index < this.count; index++) {
      if (this.names[index] !== name) continue
      if (found !== undefined) return lists.has(name) ? this.get(name) : found
      found = this.values[index] as string // in range
    }
    return found
  }

  /** Each line by itself. */
  lines(name: string): readonly string[] {
    const found: string[] = []
    for (let index = 0; index < this.count; index++) {
      if (this.names[index] === name) found.push(this.values[index] as string) // in range
    }
    return found
  }

  /** Replaces every line of the name with one. */
  set(name: string, value: string): void {
    if (!this.replace(name, value)) this.append(name, value)
  }

  /** The same with a name at hand, for what every message gets. */
  setKnown(name: HeaderName, value: string): void {
    if (!this.replace(name.text, value)) this.appendKnown(name, value)
  }

  /** False when there was no such field. */
  private replace(name: string, value: string): boolean {
    let isPlaced = false
    for (let index = 0; index < this.count; index++) {
      if (this.names[index] !== name) continue
      if (isPlaced) this.names[index] = ''
      else {
        this.values[index] = value
        this.wires[index] = ''
      }
      isPlaced = true
    }
    return isPlaced
  }

  remove(name: string): void {
    for (let index = 0; index < this.count; index++) if (this.names[index] === name) this.names[index] = ''
  }

  /** For who reads them after the block serves another message. */
  copy(): HeaderBlock {
    const copy = new HeaderBlock()
    if (this.neverIndexed !== undefined) copy.neverIndexed = new Set(this.neverIndexed)
    for (let index = 0; index < this.count; index++) {
      const name = this.names[index] as string // in range
      if (name !== '') copy.append(name, this.values[index] as string) // in range
    }
    return copy
  }

  /** The fields as they go on the wire: each with the line end before it, none behind the last. */
  toWire(): string {
    const { names, known, wires, values, count } = this
    let text = ''
    for (let index = 0; index < count; index++) {
      if (names[index] === '') continue
      if (wires[index] !== '') text += wires[index]
      else text += (known[index] as HeaderName).prefix + (values[index] as string) // in range
    }
    return text
  }
}
