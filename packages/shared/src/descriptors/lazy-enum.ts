import { type DescEnum, type DescEnumValue, type DescMessage, fromBinary } from '@bufbuild/protobuf'
import { EnumDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { buildAlone } from './build-alone.ts'
import type { DeclaringFile } from './declaring-file.ts'
import type { ScannedType } from './scan-file.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** An enumeration whose values are built when somebody asks for them. */
export class LazyEnum implements DescEnum {
  readonly kind = 'enum'
  readonly file: DeclaringFile
  readonly parent: DescMessage | undefined
  readonly name: string
  readonly typeName: string
  private readonly from: number
  private readonly to: number
  private built: DescEnum | undefined

  constructor(file: DeclaringFile, parent: DescMessage | undefined, typeName: string, place: ScannedType) {
    this.file = file
    this.parent = parent
    this.name = place.name
    this.typeName = typeName
    this.from = place.from
    this.to = place.to
  }

  get values(): DescEnumValue[] {
    return this.whole().values
  }

  get value(): Record<number, DescEnumValue> {
    return this.whole().value
  }

  get sharedPrefix(): string | undefined {
    return this.whole().sharedPrefix
  }

  get open(): boolean {
    return this.whole().open
  }

  get deprecated(): boolean {
    return this.whole().deprecated
  }

  get proto(): DescEnum['proto'] {
    return this.whole().proto
  }

  toString(): string {
    return `enum ${this.typeName}`
  }

  private whole(): DescEnum {
    if (this.built !== undefined) return this.built
    const proto = fromBinary(EnumDescriptorProtoSchema, this.file.bytes.subarray(this.from, this.to))
    const [built] = buildAlone({ enumType: [proto] }, this.typeName).enums
    if (built === undefined) throw new Error(`${this.typeName} was not built`)
    for (const each of built.values) (each as Writable<DescEnumValue>).parent = this
    this.built = built
    return built
  }
}
