import { fromBinary, type JsonObject, type JsonValue, toJson } from '@bufbuild/protobuf'
import { ValueSchema } from '@bufbuild/protobuf/wkt'
import type { LinearRegex } from '../match/linear-regex.ts'
import { textOfBytes } from '../mutate/wire-text.ts'
import type { DynamicMetadata } from './dynamic-metadata.ts'

/** What a `header_to_metadata` filter writes about requests, and about answers. */
export type HeaderToMetadata = { readonly request: readonly MetadataRule[]; readonly response: readonly MetadataRule[] }

export type MetadataRule = {
  readonly source:
    | { readonly kind: 'header'; readonly name: string; readonly isRemoved: boolean }
    | { readonly kind: 'cookie'; readonly name: string }
  readonly onPresent: MetadataEntry | undefined
  readonly onMissing: MetadataEntry | undefined
}

export type MetadataEntry = {
  readonly namespace: string
  readonly key: string
  /** Instead of what came; "" leaves it. */
  readonly value: string
  readonly rewrite: { readonly regex: LinearRegex; readonly substitution: string } | undefined
  readonly type: 'string' | 'number' | 'protobuf'
  readonly isBase64: boolean
}

/** The headers of one message. */
export type RuledHeaders = { get(name: string): string | undefined; remove(name: string): void }

/** Longer values are not written (Envoy). */
const valueLengthMax = 8 * 1024

/** Undefined: no rule had anything to write. */
export function metadataFrom(rules: readonly MetadataRule[], headers: RuledHeaders): DynamicMetadata | undefined {
  let written: DynamicMetadata | undefined
  for (const { source, onPresent, onMissing } of rules) {
    const came = source.kind === 'cookie' ? cookieOf(headers.get('cookie'), source.name) : headers.get(source.name)
    if (came !== undefined && source.kind === 'header' && source.isRemoved) headers.remove(source.name)
    const entry = came === undefined ? onMissing : onPresent
    const value = entry && metadataOf(entry, came ?? '')
    if (entry === undefined || value === undefined) continue
    written ??= {}
    written[entry.namespace] = { ...written[entry.namespace], [entry.key]: value }
  }
  return written
}

/** Key by key, over what there was. */
export function addMetadata(metadata: DynamicMetadata, more: DynamicMetadata): void {
  for (const [namespace, values] of Object.entries(more)) {
    const merged: JsonObject = { ...metadata[namespace], ...values }
    metadata[namespace] = merged
  }
}

function metadataOf(entry: MetadataEntry, came: string): JsonValue | undefined {
  const { rewrite, type } = entry
  const text = rewrite ? rewrite.regex.replaceAll(came, rewrite.substitution) : entry.value || came
  if (text === '' || text.length >= valueLengthMax) return undefined
  const bytes = entry.isBase64 ? decoded(text) : Buffer.from(text, 'latin1')
  if (bytes === undefined) return undefined
  switch (type) {
    case 'string':
      // As all metadata is: decoded, unless it is no UTF-8.
      return textOfBytes(bytes)
    case 'number':
      return numberOf(bytes.toString('latin1').trim())
    case 'protobuf':
      return messageOf(bytes)
  }
}

/** Without its padding or with it. */
function decoded(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 0 ? undefined : bytes
}

function numberOf(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined
}

/** A client may send what is none. */
function messageOf(bytes: Uint8Array): JsonValue | undefined {
  try {
    return toJson(ValueSchema, fromBinary(ValueSchema, bytes))
  } catch {
    return undefined
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const each of header?.split(/[;,]/) ?? []) {
    const equals = each.indexOf('=')
    if (equals < 0 || each.slice(0, equals).trim() !== name) continue
    const value = each.slice(equals + 1).trim()
    return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
  }
  return undefined
}
