import type { AnyValue, KeyValue } from '@heddle/shared/otlp/generated/opentelemetry/proto/common/v1/common_pb'
import { cutText } from '../load/cut-text.ts'
import { storable } from '../load/storable.ts'

export type Attributes = ReadonlyMap<string, string>

/** Longest text that is taken over from outside. */
const textMax = 1024
const attributesMax = 64

/** Attributes as texts; lists and maps are left out, as nothing here asks for them. */
export function readAttributes(...lists: readonly (readonly KeyValue[] | undefined)[]): Attributes {
  const attributes = new Map<string, string>()
  for (const list of lists) {
    for (const { key, value } of list ?? []) {
      if (attributes.size >= attributesMax) return attributes
      const text = textOf(value)
      if (text !== undefined) attributes.set(storable(cutText(key, 128)), storable(cutText(text, textMax)))
    }
  }
  return attributes
}

function textOf(any: AnyValue | undefined): string | undefined {
  switch (any?.value.case) {
    case 'stringValue':
      return any.value.value
    case 'boolValue':
    case 'intValue':
    case 'doubleValue':
      return String(any.value.value)
    case 'arrayValue':
    case 'kvlistValue':
    case 'bytesValue':
    case undefined:
      return undefined
  }
}
