import {
  type Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  makeGenericClientConstructor,
  type requestCallback,
  Server,
  ServerCredentials,
} from '@grpc/grpc-js'

const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.Echo/${path}`,
  requestStream,
  responseStream,
  requestSerialize: (text: string) => Buffer.from(text),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseSerialize: (text: string) => Buffer.from(text),
  responseDeserialize: (bytes: Buffer) => bytes.toString(),
})

/** A service with one call of each kind, over plain text messages. */
const definition = {
  Say: method('Say', false, false),
  Count: method('Count', false, true),
  Join: method('Join', true, false),
  Chat: method('Chat', true, true),
}

export type EchoClient = Client & {
  Say(text: string, metadata: Metadata, options: object, done: requestCallback<string>): ClientUnaryCall
  Count(text: string): ClientReadableStream<string>
  Join(done: requestCallback<string>): ClientWritableStream<string>
  Chat(): ClientDuplexStream<string, string>
}

export type EchoServer = AsyncDisposable & { readonly port: number; readonly said: string[] }

/** A real gRPC server. "fail N" is answered with status N, "wait" not at all. */
export async function startEcho(): Promise<EchoServer> {
  const said: string[] = []
  const server = new Server()
  const say: handleUnaryCall<string, string> = ({ request }, done) => {
    said.push(request)
    if (request === 'wait') return
    const code = /^fail (\d+)/.exec(request)?.[1]
    if (code !== undefined) done({ code: Number(code), details: 'as asked' })
    else done(null, request)
  }
  const count: handleServerStreamingCall<string, string> = (call) => {
    for (let index = 0; index < Number(call.request); index++) call.write(String(index))
    call.end()
  }
  const join: handleClientStreamingCall<string, string> = (call, done) => {
    const parts: string[] = []
    call.on('data', (part: string) => parts.push(part))
    call.on('end', () => done(null, parts.join('')))
  }
  const chat: handleBidiStreamingCall<string, string> = (call) => {
    call.on('data', (part: string) => call.write(part.toUpperCase()))
    call.on('end', () => call.end())
  }
  server.addService(definition, { Say: say, Count: count, Join: join, Chat: chat })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  return {
    port,
    said,
    async [Symbol.asyncDispose]() {
      server.forceShutdown()
    },
  }
}

export function echoClient(port: number): EchoClient & Disposable {
  const Echo = makeGenericClientConstructor(definition, 'test.Echo')
  const client = new Echo(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as EchoClient // its methods are those
  return Object.assign(client, { [Symbol.dispose]: () => client.close() })
}

export type Said = { readonly code: number; readonly details: string; readonly text: string | undefined }

/** One unary call, whatever its status. */
export function say(client: EchoClient, text: string, options: object = {}): Promise<Said> {
  return new Promise((resolve) => {
    client.Say(text, new Metadata(), options, (error, answer) =>
      resolve(
        error === null
          ? { code: 0, details: '', text: answer }
          : { code: error.code, details: error.details, text: undefined },
      ),
    )
  })
}
