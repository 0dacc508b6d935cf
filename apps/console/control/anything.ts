import type { Schema } from './request-json.ts'

/** For answers whose content nobody reads. */
export const anything: Schema<unknown> = { parse: (value) => value }
