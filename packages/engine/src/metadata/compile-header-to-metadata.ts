import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  ConfigSchema,
  Config_ValueEncode as Encode,
  type Config_KeyValuePair as Pair,
  Config_KeyValuePairSchema as PairSchema,
  type Config_Rule as Rule,
  Config_RuleSchema as RuleSchema,
  Config_ValueType as Type,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileSubstitution } from '../match/compile-substitution.ts'
import { compileLinearRegex } from '../match/linear-regex.ts'
import { wireBytes } from '../mutate/wire-text.ts'
import type { HeaderToMetadata, MetadataEntry, MetadataRule } from './header-to-metadata.ts'

const supported = new Set(['request_rules', 'response_rules'])
const supportedRule = new Set(['header', 'cookie', 'on_header_present', 'on_header_missing', 'remove'])
const supportedPair = new Set(['metadata_namespace', 'key', 'value', 'regex_value_rewrite', 'type', 'encode'])
const ownNamespace = 'envoy.filters.http.header_to_metadata'

/** `envoy.extensions.filters.http.header_to_metadata.v3.Config`. */
export function compileHeaderToMetadata(bytes: Uint8Array, path: string): HeaderToMetadata {
  const message = fromBinary(ConfigSchema, bytes)
  refuseUnsupported(ConfigSchema, message, supported, path)
  const compile = (rules: readonly Rule[], at: string) =>
    rules.map((rule, index) => compileRule(rule, `${at}[${index}]`))
  return {
    request: compile(message.requestRules, `${path}.request_rules`),
    response: compile(message.responseRules, `${path}.response_rules`),
  }
}

function compileRule(message: Rule, path: string): MetadataRule {
  refuseUnsupported(RuleSchema, message, supportedRule, path)
  const { header, cookie, onHeaderPresent, onHeaderMissing, remove } = message
  if ((header === '') === (cookie === '')) throw new ResourceRejected(path, 'needs either header or cookie')
  if (onHeaderPresent === undefined && onHeaderMissing === undefined) {
    throw new ResourceRejected(path, 'needs on_header_present or on_header_missing')
  }
  if (cookie !== '' && remove) throw new ResourceRejected(`${path}.remove`, 'a cookie cannot be removed')
  if (onHeaderMissing?.value === '') {
    throw new ResourceRejected(`${path}.on_header_missing.value`, 'must not be empty')
  }
  return {
    source:
      header === ''
        ? { kind: 'cookie', name: cookie }
        : { kind: 'header', name: header.toLowerCase(), isRemoved: remove },
    onPresent: onHeaderPresent && compileEntry(onHeaderPresent, `${path}.on_header_present`),
    onMissing: onHeaderMissing && compileEntry(onHeaderMissing, `${path}.on_header_missing`),
  }
}

function compileEntry(message: Pair, path: string): MetadataEntry {
  refuseUnsupported(PairSchema, message, supportedPair, path)
  const { key, value, regexValueRewrite: rewrite } = message
  if (key === '') throw new ResourceRejected(`${path}.key`, 'must not be empty')
  if (value !== '' && rewrite !== undefined) throw new ResourceRejected(`${path}.value`, 'excludes regex_value_rewrite')
  return {
    namespace: message.metadataNamespace || ownNamespace,
    key,
    value: wireBytes(value),
    rewrite: rewrite && compileRewrite(rewrite, `${path}.regex_value_rewrite`),
    type: typeOf(message.type, `${path}.type`),
    isBase64: message.encode === Encode.BASE64,
  }
}

function compileRewrite(
  { pattern, substitution }: NonNullable<Pair['regexValueRewrite']>,
  path: string,
): MetadataEntry['rewrite'] {
  const regex = compileLinearRegex(pattern?.regex ?? '', `${path}.pattern`)
  return { regex, substitution: compileSubstitution(wireBytes(substitution), regex, `${path}.substitution`) }
}

function typeOf(type: Type, path: string): MetadataEntry['type'] {
  switch (type) {
    case Type.STRING:
      return 'string'
    case Type.NUMBER:
      return 'number'
    case Type.PROTOBUF_VALUE:
      return 'protobuf'
  }
  // An enum value from a newer sender is kept as a number by the decoder.
  throw new ResourceRejected(path, `unknown value ${String(type)}`)
}
