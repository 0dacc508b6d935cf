import { once } from 'node:events'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { createAuthority, type Pair } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { certificateFolder } from './harness/certificate-folder.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const authority = await createAuthority()
const first = await named('first.test')
const second = await named('second.test')
const rotationMs = 1000

test('files that Kubernetes swaps are served within a second, and no handshake fails meanwhile', async () => {
  await using upstream = await startUpstream()
  using folder = certificateFolder(filesOf(first))
  const certificates = [{ ...inFiles(folder.path), watched_directory: { path: folder.path } }]
  await using proxy = await startTestProxy(
    bootstrap([secured({ tls_certificates: certificates })], [cluster('up', [upstream.port])]),
  )
  const kept = await dial(proxy.port)
  const load = shakeHands(proxy.port, 8)

  const names: string[] = []
  for (const pair of [second, first, second]) {
    const expected = pair === first ? 'first.test' : 'second.test'
    folder.swap(filesOf(pair))
    await eventually(async () => (await nameAt(proxy.port)) === expected, rotationMs)
    names.push(await nameAt(proxy.port))
  }
  const { done, failures } = await load.stop()
  const overOldConnection = await ask(kept)
  kept.destroy()

  expect(names).toEqual(['second.test', 'first.test', 'second.test'])
  expect(failures).toEqual([])
  expect(done).toBeGreaterThan(50)
  expect(overOldConnection).toContain('200 OK')
})

test('files that are gone or broken leave the last good certificate, and whole ones are taken again', async () => {
  await using upstream = await startUpstream()
  using folder = certificateFolder(filesOf(first))
  const certificates = [{ ...inFiles(folder.path), watched_directory: { path: folder.path } }]
  await using proxy = await startTestProxy(
    bootstrap([secured({ tls_certificates: certificates })], [cluster('up', [upstream.port])]),
  )
  const refusals = () => proxy.traffic.secrets.follower?.fileStats.rotationFailed ?? 0

  const served: string[] = []
  for (const broken of [{}, { ...filesOf(first), 'tls.crt': 'x' }, { ...filesOf(first), 'tls.key': second.key }]) {
    const before = refusals()
    folder.swap(broken)
    await eventually(() => refusals() > before)
    served.push(await nameAt(proxy.port))
  }
  folder.swap(filesOf(second))
  await eventually(async () => (await nameAt(proxy.port)) === 'second.test', rotationMs)

  expect(served).toEqual(['first.test', 'first.test', 'first.test'])
})

test('a folder that is taken away and comes back is watched again', async () => {
  await using upstream = await startUpstream()
  using folder = certificateFolder(filesOf(first))
  const certificates = [{ ...inFiles(folder.path), watched_directory: { path: folder.path } }]
  await using proxy = await startTestProxy(
    bootstrap([secured({ tls_certificates: certificates })], [cluster('up', [upstream.port])]),
  )

  renameSync(folder.path, `${folder.path}.away`)
  expect(await nameAt(proxy.port)).toBe('first.test')
  renameSync(`${folder.path}.away`, folder.path)
  folder.swap(filesOf(second))

  await eventually(async () => (await nameAt(proxy.port)) === 'second.test', 2 * rotationMs)
})

test('a listener waits for its secret in a file, serves when it is there, and takes what the file says next', async () => {
  await using upstream = await startUpstream()
  using folder = certificateFolder({})
  const file = path.join(folder.path, 'sds.yaml')
  const named = [{ name: 'own', sds_config: { path_config_source: { path: file } } }]
  const listener = secured({ tls_certificate_sds_secret_configs: named })
  const plain = { ...httpListener([route('up')]), name: 'in' }
  await using proxy = await startTestProxy(bootstrap([plain], [cluster('up', [upstream.port])]))
  await proxy.apply(bootstrap([plain, { ...listener, name: 'tls' }], [cluster('up', [upstream.port])]))
  expect(proxy.traffic.listeners().has('tls')).toBe(false)

  writeFileSync(file, secretYaml('own', first))
  await eventually(() => proxy.traffic.listeners().has('tls'), rotationMs)
  const port = portOf(proxy.traffic.address('tls'))
  expect(await nameAt(port)).toBe('first.test')
  replaceFile(file, 'resources: [')
  replaceFile(file, secretYaml('own', second))
  await eventually(async () => (await nameAt(port)) === 'second.test', rotationMs)
  rmSync(file)

  expect(await nameAt(port)).toBe('second.test')
  expect(proxy.traffic.secrets.follower?.stats.get('own')).toMatchObject({ successes: 2 })
})

test('a listener whose secret never comes begins after its time, and lets nobody through', async () => {
  await using upstream = await startUpstream()
  const source = { path_config_source: { path: '/none/sds.yaml' }, initial_fetch_timeout: '0.05s' }
  const listener = secured({ tls_certificate_sds_secret_configs: [{ name: 'own', sds_config: source }] })
  const plain = httpListener([route('up')])
  await using proxy = await startTestProxy(bootstrap([plain], [cluster('up', [upstream.port])]))

  await proxy.apply(bootstrap([plain, { ...listener, name: 'tls' }], [cluster('up', [upstream.port])]))
  await eventually(() => proxy.traffic.listeners().has('tls'))

  await expect(nameAt(portOf(proxy.traffic.address('tls')))).rejects.toThrow()
})

test('callers are held to the roots that a rotated secret names, with the names of the default', async () => {
  await using upstream = await startUpstream()
  const stranger = await createAuthority('another')
  const callerOf = (from: typeof authority, name: string) => from.issue([{ type: 'url', value: name }])
  const shop = 'spiffe://mesh/ns/shop/sa/web'
  using folder = certificateFolder({ 'ca.yaml': rootsYaml(authority.certificate) })
  const combined = {
    default_validation_context: { match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { exact: shop } }] },
    validation_context_sds_secret_config: {
      name: 'roots',
      sds_config: {
        path_config_source: {
          path: path.join(folder.path, 'ca.yaml'),
          watched_directory: { path: folder.path },
        },
      },
    },
  }
  const listener = secured(
    { tls_certificates: [inline(first)], combined_validation_context: combined },
    { require_client_certificate: true },
  )
  await using proxy = await startTestProxy(bootstrap([listener], [cluster('up', [upstream.port])]))
  const isServed = async (caller: Pair) => {
    try {
      const socket = await dial(proxy.port, caller)
      const answer = await ask(socket)
      socket.destroy()
      return answer.includes('200 OK')
    } catch {
      return false
    }
  }
  const [ours, other, theirs] = await Promise.all([
    callerOf(authority, shop),
    callerOf(authority, 'spiffe://mesh/ns/other/sa/x'),
    callerOf(stranger, shop),
  ])
  expect([await isServed(ours), await isServed(other), await isServed(theirs)]).toEqual([true, false, false])

  folder.swap({ 'ca.yaml': rootsYaml(stranger.certificate) })
  await eventually(() => isServed(theirs), rotationMs)

  expect([await isServed(ours), await isServed(theirs)]).toEqual([false, true])
})

test('new connections to an upstream show the new certificate, those that are open go on', async () => {
  const callers: string[] = []
  const server = createServer(
    { cert: first.certificate, key: first.key, ca: authority.certificate, requestCert: true },
    (socket) => {
      callers.push(socket.getPeerX509Certificate()?.subjectAltName ?? '')
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => {
        const isLast = String(bytes).includes('/last')
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${isLast ? 'connection: close\r\n' : ''}\r\nok`)
      })
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  using folder = certificateFolder(filesOf(first))
  const common = {
    tls_certificates: [{ ...inFiles(folder.path), watched_directory: { path: folder.path } }],
    validation_context: { trusted_ca: { inline_string: authority.certificate } },
  }
  const transport = typed('UpstreamTlsContext', { sni: 'first.test', common_tls_context: common })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')])], [cluster('up', [port], { transport_socket: transport })]),
  )
  const before = proxy.traffic.config

  const statuses = [(await proxy.get('/')).status]
  folder.swap(filesOf(second))
  await eventually(() => proxy.traffic.config !== before, rotationMs)
  statuses.push((await proxy.get('/last')).status, (await proxy.get('/')).status)
  server.close()

  expect(statuses).toEqual([200, 200, 200])
  expect(callers).toEqual(['DNS:first.test', 'DNS:second.test'])
})

test.for<[string, Json, string]>([
  ['a static secret that is not there', { tls_certificate_sds_secret_configs: [{ name: 'gone' }] }, 'no static secret'],
  [
    'a key of another certificate',
    { tls_certificates: [{ ...inline(first), private_key: { inline_string: second.key } }] },
    'is not the key of the certificate',
  ],
  [
    'a secret that is asked for by REST',
    {
      tls_certificate_sds_secret_configs: [
        { name: 'own', sds_config: { api_config_source: { api_type: 'REST', cluster_names: ['up'] } } },
      ],
    },
    'sds_config.api_config_source.api_type: REST is not supported yet',
  ],
])('%s refuses the configuration by name', async ([, context, reason]) => {
  await expect(startTestProxy(bootstrap([secured(context)], [cluster('up', [1])]))).rejects.toThrow(reason)
})

function named(name: string): Promise<Pair> {
  return authority.issue([{ type: 'dns', value: name }])
}

function filesOf({ certificate, key }: Pair): Record<string, string> {
  return { 'tls.crt': certificate, 'tls.key': key }
}

function inFiles(folder: string): Json {
  return {
    certificate_chain: { filename: path.join(folder, 'tls.crt') },
    private_key: { filename: path.join(folder, 'tls.key') },
  }
}

function inline({ certificate, key }: Pair): Json {
  return { certificate_chain: { inline_string: certificate }, private_key: { inline_string: key } }
}

function secretYaml(name: string, pair: Pair): string {
  return responseOf({ name, tls_certificate: inline(pair) })
}

function rootsYaml(certificate: string): string {
  return responseOf({ name: 'roots', validation_context: { trusted_ca: { inline_string: certificate } } })
}

/** JSON is YAML. */
function responseOf(secret: Json): string {
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret'
  return JSON.stringify({ resources: [{ '@type': type, ...secret }] })
}

function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

function typed(name: string, config: Json): Json {
  const type = `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${name}`
  return { name: 'tls', typed_config: { '@type': type, ...config } }
}

function secured(context: Json, more: Json = {}): Json {
  const listener = httpListener([route('up')])
  const [chain] = listener.filter_chains as Json[]
  const transport = typed('DownstreamTlsContext', { common_tls_context: context, ...more })
  return { ...listener, filter_chains: [{ ...chain, transport_socket: transport }] }
}

function portOf(address: { readonly kind: string; readonly port?: number } | undefined): number {
  return address?.port ?? 0
}

async function dial(port: number, caller?: Pair): Promise<TLSSocket> {
  const socket = connect({
    port,
    host: '127.0.0.1',
    ca: authority.certificate,
    checkServerIdentity: () => undefined,
    ...(caller === undefined ? {} : { cert: caller.certificate, key: caller.key }),
  })
  await once(socket, 'secureConnect')
  return socket
}

function ask(socket: TLSSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.once('data', (bytes: Buffer) => resolve(String(bytes)))
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  })
}

/** Which certificate a new handshake is shown. */
async function nameAt(port: number): Promise<string> {
  const socket = await dial(port)
  const name = socket.getPeerX509Certificate()?.subjectAltName ?? ''
  socket.destroy()
  return name.replace('DNS:', '')
}

/** Handshakes without a pause, so many side by side. */
function shakeHands(port: number, sideBySide: number) {
  let isStopped = false
  let done = 0
  const failures: string[] = []
  const turns = Array.from({ length: sideBySide }, async () => {
    while (!isStopped) {
      try {
        await nameAt(port)
        done++
      } catch (error) {
        failures.push(String(error))
      }
    }
  })
  return {
    async stop() {
      isStopped = true
      await Promise.all(turns)
      return { done, failures }
    },
  }
}
