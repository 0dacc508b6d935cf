import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { SubstitutionFormatString } from '@heddle/shared/xds/generated/envoy/config/core/v3/substitution_format_string_pb'
import type { LogFormat, LogTemplate } from '../format/log-format.ts'
import { readDataSource } from './read-data-source.ts'

/** Their operators are known without them. */
const builtIn = new Set(['envoy.extensions.formatter.metadata.v3.Metadata'])

/** `envoy.config.core.v3.SubstitutionFormatString`, of a log or of a body. */
export function decodeFormatString(message: SubstitutionFormatString, path: string): LogFormat {
  const { format, formatters, omitEmptyValues: omitsEmpty } = message
  for (const [index, { typedConfig }] of formatters.entries()) {
    const name = typedConfig?.typeUrl.slice(typedConfig.typeUrl.lastIndexOf('/') + 1) ?? 'none'
    if (!builtIn.has(name)) throw new ResourceRejected(`${path}.formatters[${index}]`, `${name} is not supported yet`)
  }
  switch (format.case) {
    case 'jsonFormat':
      return { kind: 'json', template: format.value as LogTemplate, omitsEmpty } // a Struct is JSON
    case 'textFormat':
      return { kind: 'text', pattern: format.value, omitsEmpty }
    case 'textFormatSource': {
      const pattern = readDataSource(format.value, `${path}.text_format_source`)
      if (pattern === undefined) throw new ResourceRejected(`${path}.text_format_source`, 'is empty')
      return { kind: 'text', pattern, omitsEmpty }
    }
    case undefined:
      throw new ResourceRejected(path, 'needs text_format_source or json_format')
  }
}
