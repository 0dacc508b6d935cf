import { parseRuntimeValue } from '@heddle/engine/runtime/parse-runtime-value'
import type { RuntimeValue } from '@heddle/engine/runtime/runtime-values'
import { parse } from 'yaml'

/** A value that comes as text, from the admin port or out of a file: a fraction is written there in YAML. */
export function runtimeValueOfText(text: string): RuntimeValue {
  if (!text.includes('numerator')) return parseRuntimeValue(text, text)
  try {
    const value: unknown = parse(text)
    // What YAML makes of a text is of JSON's types.
    return parseRuntimeValue(
      typeof value === 'object' ? (value as Parameters<typeof parseRuntimeValue>[0]) : text,
      text,
    )
  } catch {
    return parseRuntimeValue(text, text)
  }
}
