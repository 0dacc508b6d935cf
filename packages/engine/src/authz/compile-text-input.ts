import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  DestinationIPInputSchema,
  DestinationPortInputSchema,
  DirectSourceIPInputSchema,
  ServerNameInputSchema,
  SourceIPInputSchema,
  SourcePortInputSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/matching/common_inputs/network/v3/network_inputs_pb'
import {
  DnsSanInputSchema,
  SubjectInputSchema,
  UriSanInputSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/matching/common_inputs/ssl/v3/ssl_inputs_pb'
import { HttpRequestHeaderMatchInputSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/http_inputs_pb'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/xds/core/v3/extension_pb'
import { lowerAscii } from '../match/ascii-case.ts'
import { compileHeaderText } from '../match/compile-header-matcher.ts'
import type { StringMatcher } from '../match/string-matcher.ts'
import type { Permission } from './permission.ts'
import type { TextInput } from './text-input.ts'

/** A text that a request or a connection has, and what it must be. */
export function compileText(
  config: TypedExtensionConfig | undefined,
  matcher: StringMatcher,
  anyOfMany: boolean,
  path: string,
): Permission {
  if (inputType(config) !== HttpRequestHeaderMatchInputSchema.typeName) {
    return { kind: 'text', input: compileConnectionInput(config, path), matcher, anyOfMany }
  }
  const { headerName } = fromBinary(HttpRequestHeaderMatchInputSchema, config?.typedConfig?.value ?? new Uint8Array())
  if (headerName === '') throw new ResourceRejected(`${path}.typed_config.header_name`, 'must not be empty')
  const header = compileHeaderText(lowerAscii(headerName), matcher, `${path}.typed_config.header_name`)
  const input = { kind: 'header', name: header.name, source: header.source } as const
  return { kind: 'text', input, matcher: header.matcher, anyOfMany }
}

/** The `input` of a matcher that is no header; what Envoy knows beside these is refused by its type. */
export function compileConnectionInput(config: TypedExtensionConfig | undefined, path: string): TextInput {
  const typeName = inputType(config)
  const input = inputs.get(typeName)
  if (input === undefined) {
    throw new ResourceRejected(`${path}.typed_config`, `${typeName || 'none'} is not supported yet`)
  }
  return input
}

/** Its name without the place where it is defined; "" for none. */
export function inputType(config: TypedExtensionConfig | undefined): string {
  return config?.typedConfig?.typeUrl.replace(/^.*\//, '') ?? ''
}

const inputs: ReadonlyMap<string, TextInput> = new Map<string, TextInput>([
  [UriSanInputSchema.typeName, { kind: 'uri-san' }],
  [DnsSanInputSchema.typeName, { kind: 'dns-san' }],
  [SubjectInputSchema.typeName, { kind: 'subject' }],
  [SourceIPInputSchema.typeName, { kind: 'source-ip' }],
  [DirectSourceIPInputSchema.typeName, { kind: 'direct-source-ip' }],
  [DestinationIPInputSchema.typeName, { kind: 'destination-ip' }],
  [SourcePortInputSchema.typeName, { kind: 'source-port' }],
  [DestinationPortInputSchema.typeName, { kind: 'destination-port' }],
  [ServerNameInputSchema.typeName, { kind: 'server-name' }],
])
