import type { FormatCommand } from './format-command.ts'

/** Where format operators read. The exchange implements it; what is not known yet is undefined. */
export type FormatView = {
  /** Also ":path", ":method", ":authority". */
  requestHeader(name: string): string | undefined
  responseHeader(name: string): string | undefined
  responseTrailer(name: string): string | undefined
  /** `args` is what stands in the operator's brackets; "" for nothing. */
  command(command: FormatCommand, args: string): string | undefined
}
