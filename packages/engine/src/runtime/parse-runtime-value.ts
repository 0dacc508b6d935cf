import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { FractionalPercentSchema } from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'
import { shareOf } from '../runtime/share.ts'
import type { RuntimeValue } from './runtime-values.ts'

const uint64Max = 2 ** 64
const int32Max = 2 ** 31

/** `text` is how it is shown. What it means is what it says, whether it stands in quotes or not. */
export function parseRuntimeValue(value: JsonValue, text = textOf(value)): RuntimeValue {
  if (typeof value === 'boolean') return { ...nothing, text, flag: value }
  if (typeof value === 'number') return ofNumber(value, text)
  if (typeof value === 'string') return ofText(value, text)
  return { ...nothing, text, share: fractionOf(value) }
}

const nothing = { number: undefined, count: undefined, flag: undefined, share: undefined }
const numeral = /^[+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i

function ofText(said: string, text: string): RuntimeValue {
  const trimmed = said.trim()
  if (trimmed === 'true' || trimmed === 'false') return { ...nothing, text, flag: trimmed === 'true' }
  if (!numeral.test(trimmed)) return { ...nothing, text }
  // A sign before a hexadecimal number is none to JavaScript.
  const sign = trimmed.startsWith('-') ? -1 : 1
  return ofNumber(sign * Number(trimmed.replace(/^[+-]/, '')), text)
}

function ofNumber(number: number, text: string): RuntimeValue {
  const count = number >= 0 && number < uint64Max ? Math.trunc(number) : undefined
  return {
    text,
    number,
    count,
    // 1 and 0 are said for yes and no.
    flag: Number.isInteger(number) && number < int32Max ? number !== 0 : undefined,
    share: count === undefined ? undefined : Math.min(count / 100, 1),
  }
}

function fractionOf(value: JsonValue): number | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('numerator' in value)) return undefined
  try {
    return shareOf(fromJson(FractionalPercentSchema, value), 'runtime')
  } catch {
    // Not a fraction then; other settings may read it otherwise.
    return undefined
  }
}

function textOf(value: JsonValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
