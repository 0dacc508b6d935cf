import type { RequestView } from '../request/request-view.ts'
import type { SessionPolicy } from './session-policy.ts'

/** Whether a request has a session at all: a cookie is sent only below its path. */
export function hasSession({ state }: SessionPolicy, path: string): boolean {
  if (state.kind === 'header' || state.path === '' || state.path === '/') return true
  if (!path.startsWith(state.path)) return false
  return state.path.endsWith('/') || path.length === state.path.length || path.charCodeAt(state.path.length) === 0x2f
}

/** The address that the client was given, as "192.0.2.1:80"; empty when it brings none, or one that is over. */
export function sessionAddress({ state }: SessionPolicy, request: RequestView, nowS: number): string {
  if (state.kind === 'header') return decodeText(request.header(state.name) ?? '')
  const value = cookieValue(request.header('cookie') ?? '', state.name)
  return value === '' ? '' : addressInCookie(Buffer.from(value, 'base64'), nowS)
}

/** The header that gives the client its address. */
export function sessionHeader({ state }: SessionPolicy, address: string, nowS: number): readonly [string, string] {
  if (state.kind === 'header') return [state.name, Buffer.from(address).toString('base64')]
  const { name, path, ttlS } = state
  const value = writeCookie(address, ttlS === 0 ? 0 : nowS + ttlS).toString('base64')
  const age = ttlS === 0 ? '' : `; Max-Age=${ttlS}`
  return ['set-cookie', `${name}="${value}"${age}${path === '' ? '' : `; Path=${path}`}; HttpOnly`]
}

function cookieValue(header: string, name: string): string {
  for (const part of header.split(/[;,]/)) {
    const text = part.trim()
    if (!text.startsWith(`${name}=`)) continue
    return text.slice(name.length + 1).replace(/^"(.*)"$/, '$1')
  }
  return ''
}

function decodeText(value: string): string {
  return value === '' ? '' : Buffer.from(value, 'base64').toString('latin1')
}

/*
 * Envoy's cookie is base64 of a message `envoy.Cookie { string address = 1; uint64 expires = 2; }`, or, in its older
 * form, of the address alone. Both are read, so that a client may go from one proxy to the other and stay.
 */

function addressInCookie(bytes: Buffer, nowS: number): string {
  if (bytes[0] !== 0x0a) return bytes.toString('latin1')
  const length = bytes[1] ?? 0
  if (length > 127 || bytes.length < 2 + length) return ''
  const address = bytes.toString('latin1', 2, 2 + length)
  if (bytes.length === 2 + length) return address
  const expiresS = bytes[2 + length] === 0x10 ? readVarint(bytes.subarray(3 + length)) : 0
  return expiresS > nowS ? address : ''
}

function writeCookie(address: string, expiresS: number): Buffer {
  const text = Buffer.from(address, 'latin1')
  const head = Buffer.from([0x0a, text.length])
  return Buffer.concat(expiresS === 0 ? [head, text] : [head, text, Buffer.from([0x10, ...varint(expiresS)])])
}

function readVarint(bytes: Uint8Array): number {
  let value = 0
  for (let index = 0; index < bytes.length && index < 7; index++) {
    const byte = bytes[index] as number // in range
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return index === bytes.length - 1 ? value : 0
  }
  return 0
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7f; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80)
  return [...bytes, left]
}
