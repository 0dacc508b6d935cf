/**
 * What generated code describes its messages with, in place of the library's own: descriptors that are built when somebody
 * looks into them. A proxy knows six hundred messages, of which a configuration uses a tenth; built at once, as the
 * library does it, they are 5 MiB and half of the time of a start (docs/decisions/0012).
 *
 * Names are there from the beginning. What a message consists of is built by the library, from a file that holds this
 * message alone, with its first use.
 */
import type { DescEnum, DescFile, DescMessage } from '@bufbuild/protobuf'
import { fromBinary } from '@bufbuild/protobuf'
import { nestedTypes } from '@bufbuild/protobuf/reflect'
import { base64Decode } from '@bufbuild/protobuf/wire'
import { Edition, type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import type { DeclaringFile } from './declaring-file.ts'
import { LazyEnum } from './lazy-enum.ts'
import { LazyMessage } from './lazy-message.ts'
import { scanFile } from './scan-file.ts'

class LazyFile implements DeclaringFile {
  readonly kind = 'file'
  readonly edition = Edition.EDITION_PROTO3
  readonly name: string
  readonly dependencies: DescFile[]
  readonly messages: DescMessage[]
  readonly enums: DescEnum[]
  readonly extensions = []
  readonly services = []
  readonly deprecated = false
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array, imports: DescFile[]) {
    const { name, package: packageName, messages, enums } = scanFile(bytes)
    const named = (type: string) => (packageName === '' ? type : `${packageName}.${type}`)
    this.name = name.replace(/\.proto$/, '')
    this.dependencies = imports
    this.bytes = bytes
    this.messages = messages.map((each) => new LazyMessage(this, undefined, named(each.name), each))
    this.enums = enums.map((each) => new LazyEnum(this, undefined, named(each.name), each))
  }

  get proto(): FileDescriptorProto {
    return fromBinary(FileDescriptorProtoSchema, this.bytes)
  }

  typeNamed(typeName: string): DescMessage | DescEnum {
    // Those that the imported ones import are looked at last, and hardly ever.
    const files = new Set<DescFile>([this])
    for (const file of files) {
      const found = typeIn(file, typeName)
      if (found !== undefined) return found
      for (const each of file.dependencies) files.add(each)
    }
    throw new Error(`${this.name}: ${typeName} is not declared in what it imports`)
  }

  toString(): string {
    return `file ${this.name}.proto`
  }
}

function typeIn(file: DescFile, typeName: string): DescMessage | DescEnum | undefined {
  for (const type of nestedTypes(file)) {
    if ((type.kind === 'message' || type.kind === 'enum') && type.typeName === typeName) return type
  }
  return undefined
}

export function fileDesc(base64: string, imports: DescFile[] = []): DescFile {
  return new LazyFile(base64Decode(base64), imports)
}

/** The message with this index in the file, or further inside. */
export function messageDesc(file: DescFile, index: number, ...inside: number[]): DescMessage {
  let found = at(file.messages, index)
  for (const each of inside) found = at(found.nestedMessages, each)
  return found
}

/** The enumeration with this index in the file, or in the message that the other ones lead to. */
export function enumDesc(file: DescFile, ...path: [number, ...number[]]): DescEnum {
  const last = at(path, path.length - 1)
  const [index, ...inside] = path.slice(0, -1)
  return at(index === undefined ? file.enums : messageDesc(file, index, ...inside).nestedEnums, last)
}

function at<Each>(list: readonly Each[], index: number): Each {
  const found = list[index]
  if (found === undefined) throw new RangeError(`nothing is declared at ${index}`)
  return found
}
