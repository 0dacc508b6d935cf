// A gRPC client that knows nothing of us but xDS: reads a number from standard input, makes so many calls, prints who
// answered. In a process of its own, because its bootstrap is read when the library loads.
import { createInterface } from 'node:readline'
import * as grpc from '@grpc/grpc-js'
import { register } from '@grpc/grpc-js-xds'

register()
const raw = (bytes) => bytes
const client = new grpc.Client(process.argv[2], grpc.credentials.createInsecure())
const call = () =>
  new Promise((resolve) => {
    client.makeUnaryRequest(
      '/test.Echo/Who',
      raw,
      raw,
      Buffer.alloc(0),
      { deadline: Date.now() + 5000 },
      (error, answer) => resolve(error ? `error ${error.code}` : answer.toString()),
    )
  })
for await (const line of createInterface({ input: process.stdin })) {
  const counts = {}
  for (let index = 0; index < Number(line); index++) {
    const who = await call()
    counts[who] = (counts[who] ?? 0) + 1
  }
  console.log(JSON.stringify(counts))
}
process.exit(0)
