import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { FormatCommand } from '@heddle/engine/mutate/format-command'
import { MetadataSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { AccessLogType } from '@heddle/shared/xds/generated/envoy/data/accesslog/v3/accesslog_pb'
import type { ServiceLogConfig } from '../config/access-log-config.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { formatOperators } from '../format/format-operators.ts'
import type { LoggedSession } from '../format/logged-session.ts'
import { loggedTimes } from '../format/logged-times.ts'
import { readableText } from '../format/readable-text.ts'
import { writeMessage } from './otlp-writer.ts'

type AlsEntry = Extract<ServiceLogConfig['entry'], { kind: 'als' }>
/** What an operator says of the request, or of the connection. */
type Told = (command: FormatCommand, args?: string) => string

/** `envoy.data.accesslog.v3.HTTPAccessLogEntry`, written by hand: its schemas would be a part of what a sidecar holds. */
export function encodeHttpEntry(config: AlsEntry, exchange: HttpExchange): Uint8Array {
  const told: Told = (command, args = '') => formatOperators[command].http(exchange, args) ?? ''
  const writer = new BinaryWriter()
  writeMessage(writer, 1, (common) => {
    const durationMs = loggedTimes.durationMs(exchange)
    writeCommon(common, told, loggedTimes.beganAt(exchange), durationMs, exchange.flags)
    duration(common, 6, loggedTimes.requestMs(exchange))
    duration(common, 9, loggedTimes.upstreamMs(exchange))
    if (loggedTimes.wasAnswered(exchange)) duration(common, 12, durationMs)
    if (exchange.dynamicMetadata !== undefined) {
      const metadata = create(MetadataSchema, { filterMetadata: exchange.dynamicMetadata })
      common.tag(17, WireType.LengthDelimited).bytes(toBinary(MetadataSchema, metadata))
    }
    text(common, 19, told('ROUTE_NAME'))
    number(common, 24, exchange.attempts)
    text(common, 26, exchange.headers.get('x-request-id'))
    number(common, 33, AccessLogType.DownstreamEnd)
  })
  number(writer, 2, exchange.majorVersion === 2 ? 3 : exchange.minorVersion === 0 ? 1 : 2)
  writeMessage(writer, 3, (request) => writeRequest(request, config, exchange, told))
  writeMessage(writer, 4, (response) => writeResponse(response, config, exchange, told))
  return writer.finish()
}

/** `TCPAccessLogEntry`. */
export function encodeTcpEntry(session: LoggedSession, nowMs: number, wallMs: number): Uint8Array {
  const told: Told = (command, args = '') => formatOperators[command].tcp(session, args) ?? ''
  const writer = new BinaryWriter()
  const durationMs = nowMs - session.startedMs
  writeMessage(writer, 1, (common) => {
    writeCommon(common, told, wallMs - durationMs, durationMs, session.flags)
    number(common, 24, session.attempted.length)
    text(common, 25, session.details)
    number(common, 33, AccessLogType[session.logType])
  })
  writeMessage(writer, 2, (properties) => {
    number(properties, 1, session.bytes.fromClient)
    number(properties, 2, session.bytes.fromUpstream)
  })
  return writer.finish()
}

function writeCommon(writer: BinaryWriter, told: Told, startedAt: number, durationMs: number, flags: string): void {
  address(writer, 2, told('DOWNSTREAM_REMOTE_ADDRESS'))
  address(writer, 3, told('DOWNSTREAM_LOCAL_ADDRESS'))
  writeTls(writer, told)
  seconds(writer, 5, startedAt)
  address(writer, 13, told('UPSTREAM_HOST'))
  address(writer, 14, told('UPSTREAM_LOCAL_ADDRESS'))
  text(writer, 15, told('UPSTREAM_CLUSTER'))
  const numbers = flags.split(',').flatMap((flag) => flagFields[flag] ?? [])
  if (numbers.length > 0) {
    writeMessage(writer, 16, (inner) => {
      for (const field of numbers.sort((one, other) => one - other)) inner.tag(field, WireType.Varint).bool(true)
    })
  }
  address(writer, 20, told('DOWNSTREAM_DIRECT_REMOTE_ADDRESS'))
  duration(writer, 23, durationMs)
  number(writer, 29, Number(told('DOWNSTREAM_WIRE_BYTES_SENT')))
  number(writer, 30, Number(told('DOWNSTREAM_WIRE_BYTES_RECEIVED')))
  number(writer, 31, Number(told('UPSTREAM_WIRE_BYTES_SENT')))
  number(writer, 32, Number(told('UPSTREAM_WIRE_BYTES_RECEIVED')))
}

function writeTls(writer: BinaryWriter, told: Told): void {
  const version = tlsVersions.indexOf(told('DOWNSTREAM_TLS_VERSION'))
  if (version < 0) return
  writeMessage(writer, 4, (tls) => {
    number(tls, 1, version + 1)
    text(tls, 3, told('REQUESTED_SERVER_NAME'))
    writeCertificate(tls, 4, told('DOWNSTREAM_LOCAL_URI_SAN'), told('DOWNSTREAM_LOCAL_DNS_SAN'), {
      subject: told('DOWNSTREAM_LOCAL_SUBJECT'),
      issuer: '',
    })
    writeCertificate(tls, 5, told('DOWNSTREAM_PEER_URI_SAN'), told('DOWNSTREAM_PEER_DNS_SAN'), {
      subject: told('DOWNSTREAM_PEER_SUBJECT'),
      issuer: told('DOWNSTREAM_PEER_ISSUER'),
    })
    text(tls, 6, told('DOWNSTREAM_TLS_SESSION_ID'))
  })
}

const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

function writeCertificate(
  writer: BinaryWriter,
  field: number,
  uris: string,
  names: string,
  { subject, issuer }: { readonly subject: string; readonly issuer: string },
): void {
  if (uris === '' && names === '' && subject === '') return
  writeMessage(writer, field, (certificate) => {
    for (const uri of uris.split(',')) if (uri !== '') writeMessage(certificate, 1, (san) => text(san, 1, uri))
    for (const name of names.split(',')) if (name !== '') writeMessage(certificate, 1, (san) => text(san, 2, name))
    text(certificate, 2, subject)
    text(certificate, 3, issuer)
  })
}

function writeRequest(writer: BinaryWriter, config: AlsEntry, exchange: HttpExchange, told: Told): void {
  const { headers } = exchange
  number(writer, 1, methods.indexOf(exchange.method) + 1)
  text(writer, 2, exchange.scheme)
  text(writer, 3, exchange.host)
  text(writer, 5, exchange.target)
  text(writer, 6, headers.get('user-agent'))
  text(writer, 7, headers.get('referer'))
  text(writer, 8, headers.get('x-forwarded-for'))
  text(writer, 9, headers.get('x-request-id'))
  text(writer, 10, headers.get('x-envoy-original-path'))
  number(writer, 11, Number(told('REQUEST_HEADERS_BYTES')))
  number(writer, 12, Number(told('BYTES_RECEIVED')))
  fields(writer, 13, config.requestHeaders, (name) => exchange.requestHeader(name))
  number(writer, 14, Number(told('UPSTREAM_HEADER_BYTES_SENT')))
  number(writer, 15, Number(told('DOWNSTREAM_HEADER_BYTES_RECEIVED')))
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']

function writeResponse(writer: BinaryWriter, config: AlsEntry, exchange: HttpExchange, told: Told): void {
  if (exchange.status !== 0) writeMessage(writer, 1, (inner) => number(inner, 1, exchange.status))
  number(writer, 2, Number(told('RESPONSE_HEADERS_BYTES')))
  number(writer, 3, exchange.responseBytes)
  fields(writer, 4, config.responseHeaders, (name) => exchange.responseHeader(name))
  fields(writer, 5, config.responseTrailers, (name) => exchange.responseTrailer(name))
  text(writer, 6, exchange.details)
  number(writer, 7, Number(told('UPSTREAM_HEADER_BYTES_RECEIVED')))
  number(writer, 8, Number(told('DOWNSTREAM_HEADER_BYTES_SENT')))
}

function fields(
  writer: BinaryWriter,
  field: number,
  names: readonly string[],
  read: (name: string) => string | undefined,
): void {
  for (const name of names) {
    const value = read(name)
    if (value === undefined) continue
    writeMessage(writer, field, (entry) => {
      text(entry, 1, name)
      text(entry, 2, value)
    })
  }
}

function text(writer: BinaryWriter, field: number, value: string | undefined): void {
  if (value !== undefined && value !== '') writer.tag(field, WireType.LengthDelimited).string(readableText(value))
}

function number(writer: BinaryWriter, field: number, value: number): void {
  if (value > 0) writer.tag(field, WireType.Varint).uint64(value)
}

function duration(writer: BinaryWriter, field: number, ms: number): void {
  if (ms >= 0) seconds(writer, field, ms)
}

/** `Timestamp` and `Duration` are written alike. */
function seconds(writer: BinaryWriter, field: number, ms: number): void {
  const micros = Math.round(ms * 1000)
  writeMessage(writer, field, (inner) => {
    number(inner, 1, Math.floor(micros / 1_000_000))
    number(inner, 2, (micros % 1_000_000) * 1000)
  })
}

/** "127.0.0.1:80", "[::1]:80", or the path of a socket. */
function address(writer: BinaryWriter, field: number, told: string): void {
  const colon = told.lastIndexOf(':')
  if (told === '') return
  writeMessage(writer, field, (inner) => {
    if (told.startsWith('/') || colon < 0) {
      writeMessage(inner, 2, (pipe) => text(pipe, 1, told))
      return
    }
    writeMessage(inner, 1, (socket) => {
      text(socket, 2, told.slice(0, colon).replace(/^\[|\]$/g, ''))
      number(socket, 3, Number(told.slice(colon + 1)))
    })
  })
}

/** Fields of `ResponseFlags`. */
const flagFields: Readonly<Record<string, number>> = {
  LH: 1,
  UH: 2,
  UT: 3,
  LR: 4,
  UR: 5,
  UF: 6,
  UC: 7,
  UO: 8,
  NR: 9,
  DI: 10,
  FI: 11,
  RL: 12,
  RLSE: 14,
  DC: 15,
  URX: 16,
  SI: 17,
  DPE: 19,
  UMSDR: 20,
  DT: 23,
  UPE: 24,
  NC: 25,
  OM: 26,
  DR: 28,
}
