import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'
import { proxyFlags } from '../../../tools/proxy-flags.ts'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { writeBootstrap } from './harness/start-supervised.ts'

const command = path.resolve(import.meta.dirname, '../bin/heddle-proxy.mjs')
/** The clock breaks once, when a signal says so. */
const broken = `const { now } = performance
process.once('SIGUSR2', () => { performance.now = () => { performance.now = now; throw new Error('planted') } })`

test('the trace of an error that nobody caught has the names of the sources, in one line of the log, and ends the process', async () => {
  const port = await refusingPort()
  const listener = { ...httpListener([route('up')]), address: address(port) }
  using placed = writeBootstrap([listener], [cluster('up', [port])], await refusingPort())
  const preload = `data:text/javascript,${encodeURIComponent(broken)}`
  const argv = [...proxyFlags, '--import', preload, command, '-c', placed.file, '--drain-time-s', '0']
  const proxy = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  proxy.stderr.on('data', (part: Buffer) => {
    const served = log.includes('"serving"')
    log += part
    if (!served && log.includes('"serving"')) proxy.kill('SIGUSR2')
  })

  const [exitCode] = await once(proxy, 'close')

  const entry = log.split('\n').find((line) => line.includes('uncaught exception')) ?? '{}'
  const [message, ...frames] = String(JSON.parse(entry).error).split('\n')
  expect([exitCode, message]).toEqual([1, 'Error: planted'])
  expect(frames.join('\n')).toMatch(/at OverloadWatch\.look \(file:.*\/bundle\/[\w-]+\.js:\d+:\d+\)/)
})
