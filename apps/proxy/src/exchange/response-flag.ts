import type { NamedFlag } from '../format/flag-names.ts'

/** Envoy's response flags, as far as this proxy can raise them. An exchange may carry several, joined with ",". */
export type ResponseFlag = NamedFlag
