/**
 * A value of JSON that is no list and no object, as Envoy writes it: a number that is no whole one of 32 bits is a text, so that
 * no reader rounds it.
 */
export function jsonScalar(value: unknown): string {
  if (typeof value === 'number' && (value | 0) !== value) return JSON.stringify(String(value))
  return JSON.stringify(value)
}
