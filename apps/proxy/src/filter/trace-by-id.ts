import type { RequestIdTracing } from '../config/decode-request-id.ts'

/** Where an id of Envoy's says why its request is traced: the digit that says the version of a UUID. */
const reasonAt = 14
/** By chance, because somebody forced it, because a client asked. */
const reasons = '9ab'
const notTraced = '4'

/**
 * Whether a request with this id is traced, when `ratio` of all are: the same on every hop that sees the id. Who cannot be
 * told apart by its id is not traced.
 */
export function isTracedById(
  id: string | undefined,
  ratio: number,
  { packsReason, decides }: RequestIdTracing,
): boolean {
  if (!decides) return true
  if (id === undefined || !/^[0-9a-f]{8}/i.test(id)) return false
  if (packsReason && reasonOf(id) !== undefined) return true
  return Number.parseInt(id.slice(0, 8), 16) % 10_000 < Math.round(ratio * 10_000)
}

/** The id that says whether its request is traced; as it was where it cannot, or need not, say it. */
export function withReason(id: string, isTraced: boolean, { packsReason, decides }: RequestIdTracing): string {
  if (!packsReason || !decides || id.length !== 36) return id
  const reason = isTraced ? (reasonOf(id) ?? '9') : notTraced
  if (id.charAt(reasonAt) === reason) return id
  return `${id.slice(0, reasonAt)}${reason}${id.slice(reasonAt + 1)}`
}

function reasonOf(id: string): string | undefined {
  const digit = id.charAt(reasonAt)
  return id.length === 36 && reasons.includes(digit) ? digit : undefined
}
