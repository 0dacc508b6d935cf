import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { portHolder } from './port-holder.ts'

test.each([
  ['an address of its own', '127.0.9.2', { pid: process.pid, command: expect.any(String) }, undefined],
  [
    'all addresses',
    '0.0.0.0',
    expect.objectContaining({ pid: process.pid }),
    expect.objectContaining({ pid: process.pid }),
  ],
  [
    'all addresses of both kinds',
    '::',
    expect.objectContaining({ pid: process.pid }),
    expect.objectContaining({ pid: process.pid }),
  ],
])('who listens on %s holds the port there', async (_, host, ofIts, ofAnother) => {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP

  const holders = ['127.0.9.2', '127.0.9.3'].map((each) => portHolder(each, port))

  server.close()
  expect(holders).toEqual([ofIts, ofAnother])
})
