import type { HeaderFormat } from './header-format.ts'

/** One change to a header map; a list of them is applied in order. Names are in lower case. */
export type HeaderEdit =
  | { readonly kind: 'remove'; readonly name: string }
  | {
      readonly kind: 'append' | 'add-if-absent' | 'overwrite' | 'overwrite-if-exists'
      readonly name: string
      readonly value: HeaderFormat
      /** Without it, a value that renders to nothing adds no header. */
      readonly keepEmpty: boolean
      /** How many additions of the same level stand behind it: they are applied together. */
      readonly following: number
    }
