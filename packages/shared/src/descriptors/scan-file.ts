import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'

/** Where a type is declared in the bytes of its file, and what is declared inside of it. */
export type ScannedType = {
  readonly name: string
  /** The bytes of its declaration. */
  readonly from: number
  readonly to: number
  readonly messages: readonly ScannedType[]
  readonly enums: readonly ScannedType[]
}

export type ScannedFile = {
  readonly name: string
  readonly package: string
  readonly messages: readonly ScannedType[]
  readonly enums: readonly ScannedType[]
}

type Scanned = {
  name: string
  package: string
  readonly from: number
  readonly to: number
  readonly messages: Scanned[]
  readonly enums: Scanned[]
  isMapEntry: boolean
}

/** Field numbers of google/protobuf/descriptor.proto: where each kind of declaration keeps what is looked for. */
type Numbers = Readonly<Partial<Record<'name' | 'package' | 'messages' | 'enums' | 'options', number>>>
const fileNumbers: Numbers = { name: 1, package: 2, messages: 4, enums: 5 }
const messageNumbers: Numbers = { name: 1, messages: 3, enums: 4, options: 7 }
const enumNumbers: Numbers = { name: 1 }
const mapEntryNumber = 7

/** Reads the names of a descriptor and nothing else: a tenth of the work of decoding it. */
export function scanFile(bytes: Uint8Array): ScannedFile {
  return scan(new BinaryReader(bytes), bytes.length, fileNumbers)
}

function scan(reader: BinaryReader, to: number, numbers: Numbers): Scanned {
  const found: Scanned = { name: '', package: '', from: reader.pos, to, messages: [], enums: [], isMapEntry: false }
  while (reader.pos < to) {
    const [number, wireType] = reader.tag()
    if (wireType !== WireType.LengthDelimited) reader.skip(wireType, number)
    else if (number === numbers.name) found.name = reader.string()
    else if (number === numbers.package) found.package = reader.string()
    else {
      const end = reader.uint32() + reader.pos
      if (number === numbers.enums) found.enums.push(scan(reader, end, enumNumbers))
      else if (number === numbers.options) found.isMapEntry = saysMapEntry(reader, end)
      else if (number === numbers.messages) {
        const message = scan(reader, end, messageNumbers)
        // What a map is made of belongs to the field, and counts for no index.
        if (!message.isMapEntry) found.messages.push(message)
      }
      reader.pos = end
    }
  }
  return found
}

function saysMapEntry(reader: BinaryReader, to: number): boolean {
  while (reader.pos < to) {
    const [number, wireType] = reader.tag()
    if (number === mapEntryNumber) return reader.bool()
    reader.skip(wireType, number)
  }
  return false
}
