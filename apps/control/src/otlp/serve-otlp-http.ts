import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { requestBytesMax, type TelemetryReceiver, TelemetryRefused, telemetryKinds } from './telemetry-receiver.ts'

const unzip = promisify(gunzip)

/** OTLP/HTTP: /v1/traces, /v1/metrics and /v1/logs, protobuf or JSON, gzip or plain. */
export async function serveOtlpHttp(app: FastifyInstance, receiver: TelemetryReceiver): Promise<void> {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/x-protobuf', 'application/json'],
    { parseAs: 'buffer', bodyLimit: requestBytesMax },
    (_request, bytes, done) => done(null, bytes),
  )
  for (const kind of telemetryKinds) {
    app.post<{ Body: Buffer }>(`/v1/${kind}`, { bodyLimit: requestBytesMax }, async (request, reply) => {
      const type = request.headers['content-type']?.split(';', 1)[0]?.trim() ?? ''
      const format = type === 'application/json' ? 'json' : 'protobuf'
      const response = receiver.receive(kind, format, await unpacked(request.body, request.headers['content-encoding']))
      return reply
        .header('content-type', `application/${format === 'json' ? 'json' : 'x-protobuf'}`)
        .send(Buffer.from(response))
    })
  }
}

/** A small body must not become a large one. */
async function unpacked(body: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return body
  if (encoding !== 'gzip') throw new TelemetryRefused(new Error(`content-encoding ${encoding}`))
  try {
    return await unzip(body, { maxOutputLength: requestBytesMax })
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    throw new TelemetryRefused(error, isTooLarge ? 'too_large' : 'malformed_body')
  }
}
