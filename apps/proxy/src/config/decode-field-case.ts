import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Http1ProtocolOptions } from '@heddle/shared/xds/generated/envoy/config/core/v3/protocol_pb'
import {
  PreserveCaseFormatterConfig_FormatterTypeOnEnvoyHeaders as Added,
  PreserveCaseFormatterConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/http/header_formatters/preserve_case/v3/preserve_case_pb'
import type { FieldCase } from './field-case.ts'
import { typedConfigOf } from './typed-config-of.ts'

/** `http_protocol_options.header_key_format`. */
export function decodeFieldCase(options: Http1ProtocolOptions | undefined, path: string): FieldCase | undefined {
  const format = options?.headerKeyFormat?.headerFormat
  switch (format?.case) {
    case undefined:
      return undefined
    case 'properCaseWords':
      return { kind: 'words' }
    case 'statefulFormatter': {
      const at = `${path}.header_key_format.stateful_formatter.typed_config`
      const { typeName, value } = typedConfigOf(format.value, at)
      if (typeName !== PreserveCaseFormatterConfigSchema.typeName) {
        throw new ResourceRejected(at, `${typeName} is not supported yet`)
      }
      const { forwardReasonPhrase, formatterTypeOnEnvoyHeaders } = fromBinary(PreserveCaseFormatterConfigSchema, value)
      const adds = formatterTypeOnEnvoyHeaders === Added.PROPER_CASE ? 'words' : 'lower'
      return { kind: 'kept', adds, forwardsReason: forwardReasonPhrase }
    }
  }
}
