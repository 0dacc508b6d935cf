import { Server, ServerCredentials, type ServerReadableStream } from '@grpc/grpc-js'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import type { ServiceLogConfig } from '../config/access-log-config.ts'
import { GrpcChannel } from '../grpc/grpc-channel.ts'
import { ServiceLog } from './service-log.ts'

const config: ServiceLogConfig = {
  kind: 'service',
  target: { cluster: 'logs', authority: '', metadata: [], timeoutMs: undefined },
  logName: 'web',
  flushMs: 10,
  bufferBytes: 20_000,
  entry: { kind: 'als', requestHeaders: [], responseHeaders: [], responseTrailers: [] },
}
const self = { id: 'web-1', cluster: 'web.shop', zone: '', node: new Uint8Array() }
const nothing = () => ({ written: 0, dropped: 0, flushed: 0, failed: 0 })

test('while its service is away a log keeps as much as its buffer may hold, and drops and counts the rest', () => {
  const counts = nothing()
  const log = new ServiceLog(config, self, counts, () => undefined)

  for (let entry = 0; entry < 100; entry++) log.add(Buffer.alloc(1000), false)

  expect(counts).toEqual({ written: 20, dropped: 80, flushed: 0, failed: 0 })
})

test('a service that reads nothing holds up nothing, and what it has missed is dropped', async () => {
  const counts = nothing()
  const server = new Server()
  const path = '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs'
  const calls: ServerReadableStream<Buffer, Buffer>[] = []
  server.addService(
    { Stream: { path, ...rawUnary, requestStream: true } },
    { Stream: (call: ServerReadableStream<Buffer, Buffer>) => void calls.push(call.on('error', () => undefined)) },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  const channel = new GrpcChannel({ kind: 'tcp', host: '127.0.0.1', port })
  const log = new ServiceLog(config, self, counts, () => channel)

  await eventually(() => {
    for (let entry = 0; entry < 1000; entry++) log.add(Buffer.alloc(1000), false)
    return calls.length === 1 && counts.dropped > 0
  })
  await log.close()
  channel.close()
  server.forceShutdown()

  expect(counts.written).toBe(counts.flushed + waitingOf(log))
})

function waitingOf(log: ServiceLog): number {
  return (log as unknown as { waiting: unknown[] }).waiting.length // what it has kept is nobody else's matter
}
