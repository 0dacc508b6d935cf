import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'
import { proxyEnvironment, proxyFlags } from '../../../tools/proxy-flags.ts'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { writeBootstrap } from './harness/start-supervised.ts'

const command = path.resolve(import.meta.dirname, '../bin/heddle-proxy.mjs')
/** Each worker says how it was started. */
const telling = `if (process.env.HEDDLE_WORKER_INDEX !== undefined) {
  const { execArgv, env } = process
  console.error(JSON.stringify({ execArgv, env: [env.MALLOC_MMAP_THRESHOLD_, env.MALLOC_TRIM_THRESHOLD_] }))
}`
const preload = `data:text/javascript,${encodeURIComponent(telling)}`

test.each([
  ['by node alone', [], {}, [...proxyFlags], Object.values(proxyEnvironment)],
  ['by the command', proxyFlags, proxyEnvironment, [...proxyFlags], Object.values(proxyEnvironment)],
  [
    'by somebody who wants it otherwise',
    ['--max-semi-space-size=16'],
    { MALLOC_MMAP_THRESHOLD_: '1000000' },
    [...proxyFlags, '--max-semi-space-size=16'],
    ['1000000', proxyEnvironment.MALLOC_TRIM_THRESHOLD_],
  ],
])('workers of a process started %s are kept small', async (_how, flags, env, want, malloc) => {
  const port = await refusingPort()
  const listener = { ...httpListener([route('up')]), address: address(port) }
  using placed = writeBootstrap([listener], [cluster('up', [port])], await refusingPort())
  const argv = [...flags, '--import', preload, command, '-c', placed.file, '--concurrency', '2', '--drain-time-s', '0']
  const proxy = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } })
  const closed = once(proxy, 'close')
  let log = ''
  proxy.stderr.on('data', (part: Buffer) => {
    log += part
  })

  await eventually(() => log.split('"message":"serving"').length === 3)
  proxy.kill('SIGTERM')
  await closed

  const told = log.split('\n').filter((line) => line.startsWith('{"execArgv"'))
  const expected = JSON.stringify({ execArgv: [...want, '--import', preload], env: malloc })
  expect(told).toEqual([expected, expected])
})
