import {
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescMessage,
  type DescOneof,
  fromBinary,
} from '@bufbuild/protobuf'
import { protoCamelCase } from '@bufbuild/protobuf/reflect'
import { type DescriptorProto, DescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { buildAlone } from './build-alone.ts'
import type { DeclaringFile } from './declaring-file.ts'
import { LazyEnum } from './lazy-enum.ts'
import type { ScannedType } from './scan-file.ts'

type Whole = Pick<DescMessage, 'fields' | 'field' | 'oneofs' | 'members' | 'deprecated' | 'proto'>
type Writable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * A message whose fields are built when somebody asks for them. The types inside of it are there from the beginning.
 */
export class LazyMessage implements DescMessage {
  readonly kind = 'message'
  readonly file: DeclaringFile
  readonly parent: DescMessage | undefined
  readonly name: string
  readonly typeName: string
  readonly nestedMessages: LazyMessage[]
  readonly nestedEnums: DescEnum[]
  private readonly from: number
  private readonly to: number
  private built: Whole | undefined

  constructor(file: DeclaringFile, parent: DescMessage | undefined, typeName: string, place: ScannedType) {
    this.file = file
    this.parent = parent
    this.name = place.name
    this.typeName = typeName
    this.from = place.from
    this.to = place.to
    this.nestedMessages = place.messages.map((each) => new LazyMessage(file, this, `${typeName}.${each.name}`, each))
    this.nestedEnums = place.enums.map((each) => new LazyEnum(file, this, `${typeName}.${each.name}`, each))
  }

  get fields(): DescField[] {
    return this.whole().fields
  }

  get field(): Record<string, DescField> {
    return this.whole().field
  }

  get oneofs(): DescOneof[] {
    return this.whole().oneofs
  }

  get members(): (DescField | DescOneof)[] {
    return this.whole().members
  }

  get nestedExtensions(): DescExtension[] {
    return []
  }

  get deprecated(): boolean {
    return this.whole().deprecated
  }

  get proto(): DescriptorProto {
    return this.whole().proto
  }

  toString(): string {
    return `message ${this.typeName}`
  }

  private whole(): Whole {
    this.built ??= this.build()
    return this.built
  }

  private build(): Whole {
    const proto = fromBinary(DescriptorProtoSchema, this.file.bytes.subarray(this.from, this.to))
    // What is inside of it has a descriptor of its own; only what its maps consist of has none.
    proto.nestedType = proto.nestedType.filter(({ options }) => options?.mapEntry === true)
    proto.enumType = []
    for (const each of [proto, ...proto.nestedType]) restoreJsonNames(each)
    const named = new Set([proto, ...proto.nestedType].flatMap((each) => typesNamedIn(each)))
    const types = [...named]
      .filter((each) => !isMapEntry(each, this.typeName, proto))
      .map((each) => this.file.typeNamed(each))
    const [built] = buildAlone({ messageType: [proto] }, this.typeName, types).messages
    if (built === undefined) throw new Error(`${this.typeName} was not built`)
    for (const each of built.oneofs) (each as Writable<DescOneof>).parent = this
    for (const each of built.fields) this.adopt(each, built)
    const { fields, field, oneofs, members, deprecated } = built
    return { fields, field, oneofs, members, deprecated, proto }
  }

  /** A field of what was built becomes one of this message; the rest of what was built is let go. */
  private adopt(field: Writable<DescField>, built: DescMessage): void {
    field.parent = this
    if (field.message === built) field.message = this
    field.toString = fieldName
  }
}

function fieldName(this: DescField): string {
  return `field ${this.parent.typeName}.${this.name}`
}

/** Descriptors do not say a name that follows from the field's own. */
function restoreJsonNames(message: DescriptorProto): void {
  for (const field of message.field) if (field.jsonName === '') field.jsonName = protoCamelCase(field.name)
}

/** Names of types begin with a dot in a descriptor. */
function typesNamedIn(message: DescriptorProto): string[] {
  return message.field.filter(({ typeName }) => typeName !== '').map(({ typeName }) => typeName.slice(1))
}

function isMapEntry(typeName: string, parentName: string, { nestedType }: DescriptorProto): boolean {
  return nestedType.some(({ name }) => typeName === `${parentName}.${name}`)
}
