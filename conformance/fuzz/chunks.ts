import { ChunkedDecoder } from '../../apps/proxy/src/codec/http1/chunked-decoder.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { generateChunks } from './generate-http1.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { splitBytes } from './split-bytes.ts'

/** However the bytes of a chunked body are cut, it is the same body, the same end, or the same refusal. */
export const chunks: FuzzTarget = {
  name: 'chunks',
  seeds: [Buffer.from('5\r\nhello\r\n0\r\n\r\n'), Buffer.from('5;a=b\r\nhello\r\n0\r\nx-a: b\r\n\r\nGET')],
  generate: (random, known) =>
    random.chance(0.5) ? generateChunks(random) : mutateBytes(random.pick(known), random, ['\r\n', '0\r\n\r\n', ';']),
  check(input) {
    const whole = JSON.stringify(decode([input]))
    const inParts = JSON.stringify(decode(splitBytes(input)))
    const byteByByte = JSON.stringify(decode([...input].map((byte) => Buffer.from([byte]))))
    if (whole !== inParts) return `whole ${whole}, in parts ${inParts}`
    return whole === byteByByte ? undefined : `whole ${whole}, byte by byte ${byteByByte}`
  },
}

function decode(parts: readonly Buffer[]): unknown {
  const decoder = new ChunkedDecoder()
  let body = ''
  let rest = ''
  for (const part of parts) {
    if (decoder.isDone) {
      rest += part.toString('latin1')
      continue
    }
    const at = decoder.write(part, 0, { onPayload: (payload) => (body += payload.toString('latin1')) })
    // How much was passed on before a refusal depends on the cuts.
    if (typeof at !== 'number') return 'refused'
    rest += part.toString('latin1', at)
  }
  return { body, rest, isDone: decoder.isDone, trailers: decoder.isDone ? decoder.trailers.count : 0 }
}
