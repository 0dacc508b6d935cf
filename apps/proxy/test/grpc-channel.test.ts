import { randomBytes } from 'node:crypto'
import {
  status as codes,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from '@grpc/grpc-js'
import { createAuthority } from '@heddle/testkit/certificates'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'
import { noValidation } from '../src/config/tls-secret.ts'
import { GrpcChannel } from '../src/grpc/grpc-channel.ts'

const raw = (bytes: Buffer) => bytes
const method = (path: string, streams: boolean) => ({
  path,
  requestStream: streams,
  responseStream: streams,
  requestSerialize: raw,
  requestDeserialize: raw,
  responseSerialize: raw,
  responseDeserialize: raw,
})
const definition = {
  Echo: method('/test.Echo/Echo', false),
  Fail: method('/test.Echo/Fail', false),
  Never: method('/test.Echo/Never', false),
  Talk: method('/test.Echo/Talk', true),
}

test('a message of three megabytes goes and comes back byte for byte', async () => {
  await using server = await startEcho()
  using channel = open(server.port)
  const message = randomBytes(3 * 1024 * 1024)

  const { status, answer } = await channel.unary('/test.Echo/Echo', message, { timeoutMs: 10_000 })

  expect(status.code).toBe(codes.OK)
  expect(answer?.equals(message)).toBe(true)
})

test('a status and its message come as the server wrote them', async () => {
  await using server = await startEcho()
  using channel = open(server.port)

  const { status } = await channel.unary('/test.Echo/Fail', Buffer.from('x'), { timeoutMs: 5000 })

  expect(status).toEqual({ code: codes.FAILED_PRECONDITION, message: 'not now: 100 % sûr', isUnprocessed: false })
})

test('a call that nobody answers ends at its limit', async () => {
  await using server = await startEcho()
  using channel = open(server.port)

  const { status } = await channel.unary('/test.Echo/Never', Buffer.from('x'), { timeoutMs: 50 })

  expect(status.code).toBe(codes.DEADLINE_EXCEEDED)
})

test('an address where nobody listens is told as not processed', async () => {
  using channel = open(await refusingPort())

  const { status } = await channel.unary('/test.Echo/Echo', Buffer.from('x'), { timeoutMs: 5000 })

  expect(status).toMatchObject({ code: codes.UNAVAILABLE, isUnprocessed: true })
})

test('a stream carries messages both ways until one side ends it', async () => {
  await using server = await startEcho()
  using channel = open(server.port)
  const heard: string[] = []
  let code = -1

  await new Promise<void>((resolve) => {
    const call = channel.call('/test.Echo/Talk', {
      onMessage(message) {
        heard.push(message.toString())
        if (heard.length < 100) call.send(Buffer.from(`message ${heard.length}`))
        else call.end()
      },
      onEnd(status) {
        code = status.code
        resolve()
      },
    })
    call.send(Buffer.from('message 0'))
  })

  expect(code).toBe(codes.OK)
  expect(heard).toEqual(Array.from({ length: 100 }, (_, index) => `message ${index}`))
})

test('over TLS the server must have the name that was asked for', async () => {
  const authority = await createAuthority()
  const pair = await authority.issue([{ type: 'url', value: 'spiffe://mesh/ns/heddle/sa/control' }])
  const credentials = ServerCredentials.createSsl(null, [
    { cert_chain: Buffer.from(pair.certificate), private_key: Buffer.from(pair.key) },
  ])
  await using server = await startEcho(credentials)
  const tls = (name: string) => ({
    ...noValidation,
    keyPairs: [],
    trustedCa: authority.certificate,
    secrets: undefined,
    isAwaited: false,
    peerNames: [{ type: 'URI' as const, matcher: { kind: 'exact' as const, value: name, ignoreCase: false } }],
    alpnProtocols: ['h2'],
    versionMin: 'TLSv1.2' as const,
    versionMax: 'TLSv1.3' as const,
    cipherSuites: [],
    curves: [],
    signatureAlgorithms: [],
    serverName: undefined,
    tellsHostname: false,
    verifiesServerName: false,
  })
  using right = new GrpcChannel(
    { kind: 'tcp', host: '127.0.0.1', port: server.port },
    { tls: tls('spiffe://mesh/ns/heddle/sa/control') },
  )
  using wrong = new GrpcChannel(
    { kind: 'tcp', host: '127.0.0.1', port: server.port },
    { tls: tls('spiffe://mesh/ns/shop/sa/web') },
  )

  const answers = await Promise.all(
    [right, wrong].map((each) => each.unary('/test.Echo/Echo', Buffer.from('hello'), { timeoutMs: 5000 })),
  )

  expect(answers.map(({ status }) => status.code)).toEqual([codes.OK, codes.UNAVAILABLE])
})

function open(port: number): GrpcChannel {
  return new GrpcChannel({ kind: 'tcp', host: '127.0.0.1', port })
}

/** A foreign server. */
async function startEcho(
  credentials = ServerCredentials.createInsecure(),
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = new Server()
  server.addService(definition, {
    Echo: (call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) => answer(null, call.request),
    Fail: (_call: ServerUnaryCall<Buffer, Buffer>, answer: sendUnaryData<Buffer>) =>
      answer({ code: codes.FAILED_PRECONDITION, details: 'not now: 100 % sûr' }),
    Never: () => undefined,
    Talk: (call: ServerDuplexStream<Buffer, Buffer>) => {
      call.on('data', (message: Buffer) => call.write(message))
      call.on('end', () => call.end())
    },
  })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
  )
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.forceShutdown()
    },
  }
}
