import type { FormatField } from './header-format.ts'

/** Where format operators read. The exchange implements it; what is not known yet is undefined. */
export type FormatView = {
  /** Also ":path", ":method", ":authority". */
  requestHeader(name: string): string | undefined
  responseHeader(name: string): string | undefined
  field(field: FormatField): string | undefined
}
