import { sizeOf, staticFields } from './field.ts'
import type { FieldName, StaticEntry } from './field-name.ts'
import { huffmanLength, writeHuffman } from './huffman-encoder.ts'

/** One value of a name in the table. `number` counts insertions; older than `evicted` means that it is gone. */
type Slot = { value: string; number: number }

/**
 * What is remembered of a name on this connection. Most names have one value, which stands here and in no list: of many
 * connections that take turns, each object on the way to it has to be fetched from memory.
 */
type NameState = Slot & { more: Slot[]; hits: number; misses: number }

/** Values of a name behind its first. */
const moreMax = 3
/** Of the names with one value. Nobody writes into it. */
const noMore: Slot[] = []
/** From so many insertions that were of no use on, a name's values are sent as they are. */
const missesMin = 8

/**
 * HPACK, RFC 7541, the sending side of one connection. What goes into the table is Huffman-coded, once; what is sent
 * once only (ids, dates, paths) goes plain, because bytes on a loopback cost less than the coding.
 */
export class HpackEncoder {
  private readonly states: (NameState | undefined)[] = []
  /** Sizes of the entries in the table, oldest first, from `evicted` on. */
  private sizes: number[] = []
  private evicted = 0
  private inserted = 0
  private size = 0
  private sizeMax = 4096
  private sizeUpdates: number[] = []

  /** The peer's SETTINGS_HEADER_TABLE_SIZE; told to its decoder with the next block (§4.2). More than 4,096 is not used. */
  resize(peerMax: number): void {
    const sizeMax = Math.min(peerMax, 4096)
    if (sizeMax === this.sizeMax) return
    // Down and up between two blocks: the lowest must be told too.
    if (this.sizeUpdates.length > 0 && sizeMax > (this.sizeUpdates[0] as number)) {
      this.sizeUpdates = [this.sizeUpdates[0] as number, sizeMax]
    } else this.sizeUpdates = [sizeMax]
    this.sizeMax = sizeMax
    this.evict(sizeMax)
  }

  /** Begins a block. There must be room for it: `room` per field, and 16 bytes. */
  begin(into: Buffer, from: number): number {
    let at = from
    for (const size of this.sizeUpdates) at = writeInteger(into, at, 0x20, 0x1f, size)
    if (this.sizeUpdates.length > 0) this.sizeUpdates = []
    return at
  }

  /** An entry of the static table as it stands. */
  indexed(index: number, into: Buffer, at: number): number {
    into[at] = 0x80 | index
    return at + 1
  }

  /** A field that may be put into the table. */
  field(name: FieldName, value: string, into: Buffer, at: number): number {
    if (name.isSensitive) return this.sensitive(name, value, into, at)
    if (name.id < 0) return this.literal(name, value, 0, 0x0f, into, at)
    const state = this.states[name.id] ?? this.remember(name)
    const number = this.numberOf(state, value)
    if (number > 0) {
      state.hits++
      return writeInteger(into, at, 0x80, 0x7f, staticFields.length + 1 + this.inserted - number)
    }
    const inStatic = staticIndexOf(name, value)
    if (inStatic > 0) return this.indexed(inStatic, into, at)
    const size = sizeOf(name.text, value)
    if (size > this.sizeMax / 2 || (state.misses > missesMin && state.misses > state.hits)) {
      return this.literal(name, value, 0, 0x0f, into, at)
    }
    state.misses++
    const end = this.literal(name, value, 0x40, 0x3f, into, at)
    this.insert(state, value, size)
    return end
  }

  /** A field whose value is another one nearly every time. */
  unindexed(name: FieldName, value: string, into: Buffer, at: number): number {
    return this.literal(name, value, name.isSensitive ? 0x10 : 0, 0x0f, into, at)
  }

  /** A field that no table on the way may hold (§6.2.3). */
  sensitive(name: FieldName, value: string, into: Buffer, at: number): number {
    return this.literal(name, value, 0x10, 0x0f, into, at)
  }

  private remember(name: FieldName): NameState {
    const state: NameState = { value: '', number: 0, more: noMore, hits: 0, misses: 0 }
    this.states[name.id] = state
    return state
  }

  /** 0: the table does not have it. */
  private numberOf(state: NameState, value: string): number {
    const { evicted } = this
    if (state.number > evicted && state.value === value) return state.number
    const { more } = state
    for (let index = 0; index < more.length; index++) {
      const slot = more[index] as Slot // in range
      if (slot.number > evicted && slot.value === value) return slot.number
    }
    return 0
  }

  private literal(name: FieldName, value: string, kind: number, mask: number, into: Buffer, from: number): number {
    let at = from
    const known = name.staticIndex || this.nameInTable(name)
    at = writeInteger(into, at, kind, mask, known)
    if (known === 0) at = writeString(name.text, kind === 0x40, into, at)
    return writeString(value, kind === 0x40, into, at)
  }

  /** Index of any live entry with that name; 0 for none. */
  private nameInTable({ id }: FieldName): number {
    const state = id < 0 ? undefined : this.states[id]
    if (state === undefined) return 0
    const live = state.number > this.evicted ? state : state.more.find(({ number }) => number > this.evicted)
    return live === undefined ? 0 : staticFields.length + 1 + this.inserted - live.number
  }

  private insert(state: NameState, value: string, size: number): void {
    this.evict(this.sizeMax - size)
    this.inserted++
    this.sizes.push(size)
    this.size += size
    let place: Slot = state
    if (state.number > this.evicted) {
      if (state.more.length < moreMax) {
        state.more = [...state.more, { value, number: this.inserted }]
        return
      }
      for (const slot of state.more) if (slot.number < place.number) place = slot
    }
    place.value = value
    place.number = this.inserted
  }

  private evict(allowed: number): void {
    let gone = 0
    while (this.size > allowed && gone < this.sizes.length) this.size -= this.sizes[gone++] as number // in range
    if (gone === 0) return
    this.evicted += gone
    this.sizes = this.sizes.slice(gone)
  }
}

/** How many bytes a field takes at most. */
export function roomFor(name: string, value: string): number {
  return name.length + value.length + 12
}

function staticIndexOf({ statics }: FieldName, value: string): number {
  for (let at = 0; at < statics.length; at++) {
    const entry = statics[at] as StaticEntry // in range
    if (entry.value === value) return entry.index
  }
  return 0
}

function writeInteger(into: Buffer, from: number, kind: number, mask: number, value: number): number {
  let at = from
  if (value < mask) {
    into[at] = kind | value
    return at + 1
  }
  into[at++] = kind | mask
  let left = value - mask
  while (left >= 128) {
    into[at++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  into[at++] = left
  return at
}

function writeString(text: string, maySpend: boolean, into: Buffer, from: number): number {
  if (maySpend) {
    const coded = huffmanLength(text)
    if (coded < text.length) return writeHuffman(text, into, writeInteger(into, from, 0x80, 0x7f, coded))
  }
  const at = writeInteger(into, from, 0, 0x7f, text.length)
  // A call into the runtime costs more than a short loop.
  if (text.length > 24) return at + into.latin1Write(text, at)
  for (let index = 0; index < text.length; index++) into[at + index] = text.charCodeAt(index)
  return at + text.length
}

declare global {
  interface Buffer {
    /** Not in the types: what `write(…, 'latin1')` calls, without its checks. */
    latin1Write(text: string, at: number): number
  }
}
