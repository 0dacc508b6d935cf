import { type Server, ServerCredentials } from '@grpc/grpc-js'
import { loopback } from './loopback.ts'

/** Has a gRPC server of a scenario listen, and says where, as a bootstrap does. */
export async function serveGrpc(server: Server) {
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`${loopback}:0`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  return {
    port,
    address: { socket_address: { address: loopback, port_value: port } },
    [Symbol.asyncDispose]: async () => server.forceShutdown(),
  }
}
