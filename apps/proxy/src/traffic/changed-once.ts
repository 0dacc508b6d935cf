const lastOf = new WeakMap<object, object>()

/**
 * A value with some of its fields changed: the value itself where they have what it has, and the same object again for the
 * same fields, so that whoever compares by identity sees a change only where there is one.
 */
export function changedOnce<Value extends object>(value: Value, fields: Partial<Value>): Value {
  if (says(value, fields)) return value
  const last = lastOf.get(value) as Value | undefined // made of it
  const made = { ...value, ...fields }
  if (last !== undefined && says(last, made)) return last
  lastOf.set(value, made)
  return made
}

function says<Value extends object>(value: Value, fields: Partial<Value>): boolean {
  for (const name in fields) if (fields[name] !== value[name]) return false
  return true
}
