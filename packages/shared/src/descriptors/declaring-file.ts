import type { DescEnum, DescFile, DescMessage } from '@bufbuild/protobuf'

/** The file that a type is declared in, as its types look at it. */
export type DeclaringFile = DescFile & {
  readonly bytes: Uint8Array
  /** What the fields of its messages may name: its own types and those of the files that it imports. */
  typeNamed(typeName: string): DescMessage | DescEnum
}
