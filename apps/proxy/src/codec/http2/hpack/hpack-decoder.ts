import { DynamicTable } from './dynamic-table.ts'
import { type Field, newField, staticFields, tableField } from './field.ts'
import { type FieldName, fieldName } from './field-name.ts'
import { decodeHuffman } from './huffman-decoder.ts'
import { keepLiteral, recallLiteral } from './literal-memory.ts'

/** Takes the fields of a block, in order. */
export type FieldSink = { onField(field: Field): void }

/** Larger numbers cannot occur in a block that is within its limits. */
const integerMax = 2 ** 24

/** HPACK, RFC 7541, the receiving side of one connection. */
export class HpackDecoder {
  private readonly table: DynamicTable
  private readonly tableSizeMax: number
  private bytes: Buffer = Buffer.alloc(0)
  private at = 0
  private end = 0

  constructor(tableSizeMax: number) {
    this.table = new DynamicTable(tableSizeMax)
    this.tableSizeMax = tableSizeMax
  }

  /**
   * Decodes one whole block. False is a decoding error (§3 and others): the tables of both sides may differ from then
   * on, and the connection must end. The sink is told every field even when it wants no more: the table needs them.
   */
  decode(bytes: Buffer, from: number, to: number, sink: FieldSink): boolean {
    this.bytes = bytes
    this.at = from
    this.end = to
    let maySizeChange = true
    while (this.at < to) {
      const first = bytes[this.at] as number // in range
      if (first >= 0x80) {
        const field = this.fieldAt(this.integer(0x7f))
        if (field === undefined) return false
        sink.onField(field)
      } else if (first >= 0x20 && first < 0x40) {
        // Only at the beginning of a block (§4.2).
        const size = this.integer(0x1f)
        if (!maySizeChange || size < 0 || size > this.tableSizeMax) return false
        this.table.resize(size)
        continue
      } else if (!this.literal(first, sink)) return false
      maySizeChange = false
    }
    return true
  }

  /** §6.2: with incremental indexing, without, or never to be indexed. */
  private literal(first: number, sink: FieldSink): boolean {
    const isIndexed = first >= 0x40
    const index = this.integer(isIndexed ? 0x3f : 0x0f)
    if (index < 0) return false
    const name = index === 0 ? this.newName() : this.fieldAt(index)?.name
    if (name === undefined) return false
    if (first < 0x10) return this.unindexed(name, sink)
    const value = this.string()
    if (value === undefined) return false
    const field = isIndexed ? tableField(name, value) : newField(name, value, true)
    if (isIndexed) this.table.add(field)
    sink.onField(field)
    return true
  }

  /** §6.2.2. */
  private unindexed(name: FieldName, sink: FieldSink): boolean {
    const from = this.at
    // Shorter than the largest number of one byte, or not remembered.
    const to = from + 1 + ((this.bytes[from] ?? 0) & 0x7f)
    let field = to > this.end ? undefined : recallLiteral(name, this.bytes, from, to)
    if (field === undefined) {
      const value = this.string()
      if (value === undefined) return false
      field = newField(name, value)
      keepLiteral(name, field, this.bytes, from, this.at)
    } else this.at = to
    sink.onField(field)
    return true
  }

  private newName(): FieldName | undefined {
    const text = this.string()
    return text === undefined ? undefined : fieldName(text)
  }

  private fieldAt(index: number): Field | undefined {
    if (index <= 0) return undefined
    return index <= staticFields.length ? staticFields[index - 1] : this.table.at(index - staticFields.length - 1)
  }

  /** §5.1; −1 when it breaks off or is too large. */
  private integer(mask: number): number {
    let value = (this.bytes[this.at++] as number) & mask // the caller has looked at it
    if (value < mask) return value
    for (let factor = 1; this.at < this.end; factor *= 128) {
      const byte = this.bytes[this.at++] as number // in range
      value += (byte & 0x7f) * factor
      if (value > integerMax || factor > integerMax) return -1
      if (byte < 0x80) return value
    }
    return -1
  }

  /** §5.2; undefined when it breaks off or its code is broken. */
  private string(): string | undefined {
    if (this.at >= this.end) return undefined
    const isHuffman = (this.bytes[this.at] as number) >= 0x80 // in range
    const length = this.integer(0x7f)
    const from = this.at
    if (length < 0 || from + length > this.end) return undefined
    this.at = from + length
    return isHuffman ? decodeHuffman(this.bytes, from, this.at) : this.bytes.latin1Slice(from, this.at)
  }
}
