/**
 * The same value with U+FFFD for each half of a character (a lone surrogate) in its texts: PostgreSQL stores no such half, and
 * what is hashed has to be what will be read. JSON values only.
 */
export function wellFormed<Value>(value: Value): Value {
  const whole = (_: string, each: unknown) => (typeof each === 'string' ? Buffer.from(each).toString() : each)
  return JSON.parse(JSON.stringify(value), whole) as Value // of the same shape: texts become texts
}
