import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'

const folder = path.resolve(import.meta.dirname, '..')
const next = path.resolve(folder, '../../node_modules/next/dist/bin/next')
const forged = { 'x-heddle-client': '10.0.0.9', 'x-heddle-console-key': 'guessed', 'x-forwarded-for': '10.0.0.9' }

test.each([
  ['with a key, who is connected', { HEDDLE_CONSOLE_KEY: 'the key of the console' }, '127.0.0.1'],
  [
    'behind a proxy that it trusts, whom that one heard',
    { HEDDLE_CONSOLE_KEY: 'the key of the console', HEDDLE_TRUSTED_HOPS: '1' },
    '10.0.0.9',
  ],
  ['without a key, nobody', {}, undefined],
])('the console tells the control plane, %s', async (_what, env, client) => {
  await using control = await startRecorder()
  await using app = await startConsole(control.url, env)

  await fetch(`${app.url}/api/v1/session`, { headers: forged })

  const { 'x-heddle-client': told, 'x-heddle-console-key': key } = control.seen.at(-1) ?? {}
  expect([told, key]).toEqual([client, 'HEDDLE_CONSOLE_KEY' in env ? env.HEDDLE_CONSOLE_KEY : undefined])
})

/** Stands where the control plane would, and notes what it is sent. */
async function startRecorder() {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer(({ headers }, response) => {
    seen.push(headers)
    response.end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function startConsole(controlUrl: string, env: Record<string, string>) {
  const port = await refusingPort()
  const child = spawn(process.execPath, [next, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, HEDDLE_CONTROL_URL: controlUrl, NEXT_TELEMETRY_DISABLED: '1', ...env },
  })
  const closed = once(child, 'close')
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    child.kill('SIGTERM')
    await closed
  }
  try {
    await eventually(() =>
      fetch(`${url}/icon.svg`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
  } catch (error) {
    await stop()
    throw error
  }
  return { url, [Symbol.asyncDispose]: stop }
}
