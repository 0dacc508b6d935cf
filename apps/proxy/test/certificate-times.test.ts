import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from 'node:tls'
import { createAuthority, type Pair } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { certificateFolder } from './harness/certificate-folder.ts'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { launch, writeBootstrap } from './harness/start-supervised.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

// Two sidecars that prove to each other who they are, with a handshake for each request.
type Json = Record<string, unknown>
const minuteMs = 60_000
const hourMs = 60 * minuteMs
const identity = [{ type: 'url' as const, value: 'spiffe://mesh/ns/shop/sa/web' }]
const authority = await createAuthority()

/** How long a certificate lasts whose authority is away; `HEDDLE_CERTIFICATE_SECONDS=60` for long. */
const lifeMs = Number(process.env.HEDDLE_CERTIFICATE_SECONDS ?? 3) * 1000
const recoveredMaxMs = 5000

test(
  'while nobody signs, certificates serve until they end, then nothing passes, fresh or resumed, and a new one serves at once',
  async () => {
    await using upstream = await startUpstream()
    const endsAt = Math.floor((Date.now() + lifeMs) / 1000) * 1000
    const last = await authority.issue(identity, { notAfter: new Date(endsAt) })
    using folder = certificateFolder(filesOf(last))
    await using server = await startTestProxy(serverMesh(folder.path, upstream.port))
    await using client = await startTestProxy(clientMesh(folder.path, server.port))
    const session = await sessionOf(server.port, last)
    const statuses = { before: new Set<number>(), after: new Set<number>() }

    while (Date.now() < endsAt - 200) {
      const { status } = await client.get('/')
      // An answer that came with the end is either's.
      if (Date.now() < endsAt) statuses.before.add(status)
    }
    await delay(endsAt + 1000 - Date.now())
    const { length } = upstream.seen
    for (let request = 0; request < 50; request++) statuses.after.add((await client.get('/')).status)
    const resumed = await answerTo(server.port, last, session)
    const seenAfter = upstream.seen.length - length
    folder.swap(filesOf(await authority.issue(identity)))
    const start = performance.now()
    await eventually(async () => (await client.get('/')).status === 200, recoveredMaxMs * 2)
    const recoveredMs = performance.now() - start

    expect([[...statuses.before], [...statuses.after]]).toEqual([[200], [503]])
    expect([resumed, seenAfter]).toEqual(['', 0])
    expect(client.ended.some(({ flags }) => flags === 'UF')).toBe(true)
    expect(recoveredMs).toBeLessThan(recoveredMaxMs)
  },
  60_000 + lifeMs * 2,
)

/** From the package faketime. */
const fakeTime = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find(existsSync)
if (fakeTime === undefined) console.error('NOT TESTED: a clock that is wrong (libfaketime is not installed)')

test.skipIf(fakeTime === undefined && process.env.CI !== 'true')(
  'a clock that is five minutes off fails no request; one that is a day off passes none, and all again when it is right; what a certificate has left is said',
  async () => {
    await using upstream = await startUpstream()
    // As the mesh signs them: valid since ten minutes ago, for a day.
    const pair = await authority.issue(identity, {
      notBefore: new Date(Date.now() - 10 * minuteMs),
      notAfter: new Date(Date.now() + 24 * hourMs),
    })
    using folder = certificateFolder(filesOf(pair))
    await using server = await startTestProxy(serverMesh(folder.path, upstream.port))
    await using client = await startWithClock(clientMesh(folder.path, server.port))
    const statuses: Record<string, number[]> = {}

    for (const offset of ['+0', '+5m', '-5m', '+25h', '+0']) {
      client.setClock(offset)
      const all = new Set<number>()
      for (let request = 0; request < 50; request++) all.add(await client.get())
      statuses[`${offset}${offset in statuses ? ' again' : ''}`] = [...all]
    }

    expect(statuses).toEqual({ '+0': [200], '+5m': [200], '-5m': [200], '+25h': [503], '+0 again': [200] })
  },
)

function filesOf({ certificate, key }: Pair): Record<string, string> {
  return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority.certificate }
}

function tlsOf(folder: string, type: 'Upstream' | 'Downstream', more: Json = {}): Json {
  const file = (name: string) => ({ filename: path.join(folder, name) })
  const pair = {
    certificate_chain: file('tls.crt'),
    private_key: file('tls.key'),
    watched_directory: { path: folder },
  }
  return {
    name: 'tls',
    typed_config: {
      '@type': `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${type}TlsContext`,
      common_tls_context: {
        tls_certificates: [pair],
        validation_context: {
          trusted_ca: { inline_string: authority.certificate },
          match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: identity[0]?.value } }],
        },
      },
      ...more,
    },
  }
}

function serverMesh(folder: string, upstream: number): Json {
  const { filter_chains: chains, ...listener } = httpListener([route('up')])
  const [chain] = chains as Json[]
  const transport_socket = tlsOf(folder, 'Downstream', { require_client_certificate: true })
  return bootstrap([{ ...listener, filter_chains: [{ ...chain, transport_socket }] }], [cluster('up', [upstream])])
}

function clientMesh(folder: string, server: number): Json {
  const more = { transport_socket: tlsOf(folder, 'Upstream'), max_requests_per_connection: 1 }
  return bootstrap([httpListener([route('peer')])], [cluster('peer', [server], more)])
}

/** A TLS session with the server, for a client that would like to take it up again. */
function sessionOf(port: number, { certificate, key }: Pair): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', cert: certificate, key, ...trusting })
    socket.once('session', (session) => resolve(session))
    socket.on('error', () => resolve(undefined))
    socket.on('close', () => resolve(socket.getSession()))
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    socket.resume()
  })
}

/** What comes back over a connection that takes a session up again; nothing when the handshake fails. */
function answerTo(port: number, { certificate, key }: Pair, session: Buffer | undefined): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect({
      port,
      host: '127.0.0.1',
      cert: certificate,
      key,
      ...trusting,
      ...(session && { session }),
    })
    socket.on('data', (part) => {
      text += part
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
    socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  })
}

/** The names of a mesh are no host names. */
const trusting = { ca: authority.certificate, checkServerIdentity: () => undefined }

/** The program as a process whose clock can be set. */
async function startWithClock(mesh: Json) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-clock-'))
  const clock = path.join(folder, 'clock')
  const setClock = (offset: string) => writeFileSync(clock, offset)
  setClock('+0')
  const [port, adminPort] = await Promise.all([refusingPort(), refusingPort()])
  const { listeners, clusters } = mesh.static_resources as { listeners: Json[]; clusters: Json[] } // as `bootstrap` made it
  const placed = writeBootstrap([{ ...listeners[0], address: address(port) }], clusters, adminPort)
  const child = launch(placed.file, [], {
    LD_PRELOAD: fakeTime,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: '1',
    // Timers run on.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  })
  let said = ''
  child.stderr?.on('data', (part: Buffer) => {
    said += part.toString()
  })
  const ended = once(child, 'close')
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    placed[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  }
  const get = async () => (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).status
  await eventually(
    () =>
      get().then(
        (status) => status === 200,
        () => false,
      ),
    20_000,
  ).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    get,
    setClock,
    /** Waits for a line of the log that has all the words. */
    hears: (...words: readonly string[]) =>
      eventually(() => said.split('\n').some((line) => words.every((word) => line.includes(word))), 10_000),
    [Symbol.asyncDispose]: stop,
  }
}
