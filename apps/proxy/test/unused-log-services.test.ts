import { Server, ServerCredentials, type ServerReadableStream } from '@grpc/grpc-js'
import { noRuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { AccessLogs } from '../src/telemetry/write-access-log.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

/** A log service that says how many streams were opened, how many ended, and how many messages came. */
async function startLogService() {
  const seen = { opened: 0, ended: 0, messages: 0 }
  const server = new Server()
  const path = '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs'
  server.addService(
    { Stream: { path, ...rawUnary, requestStream: true } },
    {
      Stream(call: ServerReadableStream<Buffer, Buffer>, answer: (error: null, bytes: Buffer) => void) {
        seen.opened++
        call.on('data', () => void seen.messages++)
        call.on('error', () => undefined)
        call.on('end', () => {
          seen.ended++
          answer(null, Buffer.alloc(0))
        })
      },
    },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  return { port, seen, [Symbol.asyncDispose]: async () => server.forceShutdown() }
}

const http2 = {
  '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
  explicit_http_config: { http2_protocol_options: {} },
}
const type = 'type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig'
const common_config = {
  log_name: 'web',
  transport_api_version: 'V3',
  buffer_flush_interval: '0.01s',
  grpc_service: { envoy_grpc: { cluster_name: 'logs' } },
}
const toService = { access_log: [{ name: 'als', typed_config: { '@type': type, common_config } }] }

test('the stream to a log service ends when no listener names it any more, and another begins when one does', async () => {
  await using upstream = await startUpstream(() => ({ status: 200 }))
  await using service = await startLogService()
  const { port, seen } = service
  const config = (hcm: Record<string, unknown>) =>
    bootstrap(
      [httpListener([route('up')], { hcm })],
      [
        cluster('up', [upstream.port]),
        cluster('logs', [port], {
          typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2 },
        }),
      ],
    )
  const logs = new AccessLogs(() => noRuntimeValues)
  await using proxy = await startTestProxy(config(toService), { onEnd: (exchange) => logs.log(exchange) })
  logs.follow({ id: 'web-1', cluster: 'web.shop', zone: '', node: new Uint8Array() }, proxy.traffic)
  const logged = async (messages: number) => {
    await proxy.get('/')
    await eventually(() => seen.messages === messages)
  }

  const named = proxy.traffic.config
  await logged(1)
  logs.sweep()
  await logged(2)
  const whileNamed = { ...seen }
  await proxy.apply(config({}))
  await eventually(() => {
    logs.sweep()
    return seen.ended === 1
  })
  await proxy.traffic.apply(named)
  await logged(3)
  await logs.close()
  await eventually(() => seen.ended === 2)

  expect(whileNamed).toEqual({ opened: 1, ended: 0, messages: 2 })
  expect(seen).toEqual({ opened: 2, ended: 2, messages: 3 })
})
