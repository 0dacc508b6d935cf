import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { FormatField, FormatPart, HeaderFormat } from './header-format.ts'

const fields: Readonly<Record<string, FormatField>> = {
  PROTOCOL: 'protocol',
  SCHEME: 'scheme',
  DOWNSTREAM_REMOTE_ADDRESS: 'downstream-remote-address',
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: 'downstream-remote-address-without-port',
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: 'downstream-direct-remote-address',
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: 'downstream-direct-remote-address-without-port',
  DOWNSTREAM_LOCAL_ADDRESS: 'downstream-local-address',
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: 'downstream-local-address-without-port',
  DOWNSTREAM_LOCAL_PORT: 'downstream-local-port',
  DOWNSTREAM_PEER_URI_SAN: 'downstream-peer-uri-san',
  REQUESTED_SERVER_NAME: 'requested-server-name',
  UPSTREAM_HOST: 'upstream-remote-address',
  UPSTREAM_REMOTE_ADDRESS: 'upstream-remote-address',
  UPSTREAM_CLUSTER: 'upstream-cluster',
  ROUTE_NAME: 'route-name',
  RESPONSE_CODE: 'response-code',
  RESPONSE_FLAGS: 'response-flags',
  HOSTNAME: 'hostname',
}

/** Takes a value with Envoy's command operators apart. "%%" is a percent sign; an unknown operator is refused. */
export function compileHeaderFormat(text: string, path: string): HeaderFormat {
  const parts: FormatPart[] = []
  let literal = ''
  const flush = () => {
    if (literal !== '') parts.push({ kind: 'text', text: literal })
    literal = ''
  }
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '%') {
      literal += text[at++]
      continue
    }
    if (text[at + 1] === '%') {
      literal += '%'
      at += 2
      continue
    }
    const match = operator.exec(text.slice(at))
    if (match === null) throw new ResourceRejected(path, `"${text}" has a percent sign that begins no operator`)
    flush()
    parts.push(partOf(match, path))
    at += match[0].length
  }
  flush()
  if (parts.length === 0) return { kind: 'literal', text: '' }
  const [only] = parts
  return parts.length === 1 && only?.kind === 'text' ? { kind: 'literal', text: only.text } : { kind: 'parts', parts }
}

const operator = /^%([A-Z_]+)(?:\(([^)]*)\))?(?::(\d{1,5}))?%/

function partOf([whole, name = '', args, length]: RegExpExecArray, path: string): FormatPart {
  const lengthMax = length === undefined ? Number.POSITIVE_INFINITY : Number(length)
  if (args !== undefined && (name === 'REQ' || name === 'RESP')) {
    const [header = '', alternative] = args.toLowerCase().split('?')
    if (header === '') throw new ResourceRejected(path, `${whole} names no header`)
    return { kind: name === 'REQ' ? 'request-header' : 'response-header', name: header, alternative, lengthMax }
  }
  const field = args === undefined ? fields[name] : undefined
  if (field === undefined) throw new ResourceRejected(path, `operator ${whole} is not supported yet`)
  return { kind: 'field', field }
}
