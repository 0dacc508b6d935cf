import type { Bytes } from './bytes-of.ts'
import { bytesOf } from './bytes-of.ts'
import { frameTypes } from './frame-types.ts'
import type { Frame, Frames } from './scenario-values.ts'

export const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** The bytes of frames as a scenario writes them, latin1. */
export function framesText(frames: Frames): string {
  let text = ''
  for (const each of frames) {
    if ('raw' in each) text += bytesOf(each.raw)
    else {
      const group = 'again' in each ? each.again : [each]
      for (let time = 0; time < each.times; time++) text += group.map((one) => frameText(one, time)).join('')
    }
  }
  return text
}

function frameText({ type, flags, stream, payload, fields, length }: Frame, time: number): string {
  const code = typeof type === 'number' ? type : frameTypes.indexOf(type)
  const body = (fields === undefined ? '' : blockText(fields)) + bytesOf(payload)
  // What comes many times comes on stream after stream, as a client opens them.
  const id = stream % 2 === 1 ? stream + 2 * time : stream
  const head = Buffer.alloc(9)
  head.writeUIntBE(length ?? body.length, 0, 3)
  head[3] = code
  head[4] = flags
  head.writeUInt32BE(id, 5)
  return head.toString('latin1') + body
}

/** Literals without indexing and without Huffman: a block means the same wherever it stands (RFC 7541 §6.2.2). */
function blockText(fields: readonly (readonly [string, Bytes])[]): string {
  return fields.map(([name, value]) => `\0${stringText(name)}${stringText(bytesOf(value))}`).join('')
}

function stringText(text: string): string {
  return integerText(text.length) + text
}

/** An integer with a prefix of seven bits (RFC 7541 §5.1). */
function integerText(value: number): string {
  if (value < 127) return String.fromCharCode(value)
  let text = '\x7f'
  let left = value - 127
  for (; left >= 128; left = Math.floor(left / 128)) text += String.fromCharCode(128 + (left % 128))
  return text + String.fromCharCode(left)
}

export type TakenFrame = {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: string
}

/** Takes whole frames off the front of `text`. */
export function takeFrames(text: string): { readonly frames: readonly TakenFrame[]; readonly rest: string } {
  const frames: TakenFrame[] = []
  let at = 0
  while (text.length >= at + 9) {
    const head = Buffer.from(text.slice(at, at + 9), 'latin1')
    const end = at + 9 + head.readUIntBE(0, 3)
    if (text.length < end) break
    const stream = head.readUInt32BE(5) & 0x7fffffff
    frames.push({ type: head[3] ?? 0, flags: head[4] ?? 0, stream, payload: text.slice(at + 9, end) })
    at = end
  }
  return { frames, rest: text.slice(at) }
}

/** RFC 9113 §7, each at its number. */
export const errorCodes = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const
