import { compileHeaderEdits } from '@heddle/engine/mutate/compile-header-edits'
import { wireText } from '@heddle/engine/mutate/wire-text'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { SubstitutionFormatString } from '@heddle/shared/xds/generated/envoy/config/core/v3/substitution_format_string_pb'
import type {
  LocalReplyConfig as LocalReplyMessage,
  ResponseMapper,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { compileJsonLine } from '../format/compile-json-line.ts'
import { compileLogText } from '../format/compile-log-text.ts'
import type { LogTemplate } from '../format/log-format.ts'
import { decodeFormatString } from './decode-format-string.ts'
import { decodeLogFilter } from './decode-log-filter.ts'
import type { BodyFormat, LocalReplyConfig, ReplyMapper } from './local-reply.ts'
import { readDataSource } from './read-data-source.ts'

/** `local_reply_config`; undefined where there is none. */
export function decodeLocalReply(message: LocalReplyMessage | undefined, path: string): LocalReplyConfig | undefined {
  if (message === undefined) return undefined
  return {
    mappers: message.mappers.map((mapper, index) => decodeMapper(mapper, `${path}.mappers[${index}]`)),
    format: decodeBody(message.bodyFormat, `${path}.body_format`),
  }
}

function decodeMapper(message: ResponseMapper, path: string): ReplyMapper {
  const { filter, statusCode, body, bodyFormatOverride, headersToAdd } = message
  if (filter === undefined) throw new ResourceRejected(`${path}.filter`, 'is required')
  if (statusCode !== undefined && (statusCode < 200 || statusCode > 599)) {
    throw new ResourceRejected(`${path}.status_code`, 'must be 200 to 599')
  }
  return {
    filter: decodeLogFilter(filter, `${path}.filter`),
    status: statusCode,
    body: readDataSource(body, `${path}.body`),
    edits: compileHeaderEdits(headersToAdd, [], `${path}.headers`),
    format: decodeBody(bodyFormatOverride, `${path}.body_format_override`),
  }
}

function decodeBody(message: SubstitutionFormatString | undefined, path: string): BodyFormat | undefined {
  if (message === undefined) return undefined
  const format = decodeFormatString(message, path)
  const contentType = wireText(message.contentType, `${path}.content_type`)
  if (format.kind === 'text') {
    const text = compileLogText(format.pattern, path, format.omitsEmpty ? '' : '-')
    return { contentType: contentType || 'text/plain', text }
  }
  const text = compileJsonLine(inOrder(format.template), path, format.omitsEmpty)
  return { contentType: contentType || 'application/json', text }
}

/** Envoy writes the keys of such a body in their order, and clients may compare it byte by byte. */
function inOrder(template: LogTemplate): LogTemplate {
  if (Array.isArray(template)) return template.map(inOrder)
  if (typeof template !== 'object' || template === null) return template
  const entries = Object.entries(template as Readonly<Record<string, LogTemplate>>) // what else is an object is a list
  return Object.fromEntries(
    entries.sort(([first], [second]) => (first < second ? -1 : 1)).map(([key, each]) => [key, inOrder(each)]),
  )
}
