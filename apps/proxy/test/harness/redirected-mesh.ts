// Runs in a network namespace of its own (`unshare --net`): rules that redirect, a proxy behind them, upstreams, and clients.
// Prints what the clients saw as JSON. Ends by itself, and the namespace with it.
import { execFileSync } from 'node:child_process'
import { connect, createServer, type Socket } from 'node:net'
import { startTraffic } from '../../src/traffic/start-traffic.ts'
import { address, bootstrap, httpListener, tcpListener } from './mesh.ts'
import { configOf } from './start-test-proxy.ts'

const clients = { v4: '10.9.9.1', v6: 'fd09::1' }
const servers = { v4: '10.9.9.9', v6: 'fd09::9' }
const ports = { tcp: 8080, http: 8081, virtual: 8082, declared: 8083 }

const rules = `table inet heddle {
  chain output {
    type nat hook output priority -100;
    ip saddr ${clients.v4} ip daddr ${servers.v4} tcp dport ${ports.tcp} redirect to :15001
    ip6 saddr ${clients.v6} ip6 daddr ${servers.v6} tcp dport ${ports.tcp} redirect to :15001
    ip saddr ${clients.v4} ip daddr ${servers.v4} tcp dport { ${ports.http}, ${ports.virtual}, ${ports.declared} } redirect to :15002
  }
}`

execFileSync('ip', ['link', 'set', 'lo', 'up'])
for (const each of [clients.v4, servers.v4]) execFileSync('ip', ['addr', 'add', `${each}/32`, 'dev', 'lo'])
for (const each of [clients.v6, servers.v6])
  execFileSync('ip', ['-6', 'addr', 'add', `${each}/128`, 'dev', 'lo', 'nodad'])
execFileSync('nft', ['-f', '-'], { input: rules })

const listening: { close(): unknown }[] = []
const serve = async (host: string, port: number, answer: (socket: Socket) => void) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    answer(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  listening.push(server)
}
const say = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text))
const http = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`
await serve(servers.v4, ports.tcp, say('tcp v4'))
await serve(servers.v6, ports.tcp, say('tcp v6'))
await serve(servers.v4, ports.http, say(http('http v4')))

const original = { name: 'original', type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED', connect_timeout: '1s' }
const filter = {
  name: 'original_dst',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.original_dst.v3.OriginalDst' },
}
const toOriginal = [{ match: { prefix: '/' }, route: { cluster: 'original' } }]
const direct = (text: string) => [
  { match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: text } } },
]
const chainsOf = (listener: Record<string, unknown>) => (listener.filter_chains as Record<string, unknown>[])[0] ?? {}
const declared = {
  ...chainsOf(httpListener(direct('declared'))),
  filter_chain_match: { destination_port: ports.declared },
}
const outer = httpListener(toOriginal)
const config = configOf(
  bootstrap(
    [
      { ...tcpListener('original'), name: 'tcp', address: address(15_001, '::'), listener_filters: [filter] },
      {
        ...outer,
        name: 'http',
        address: address(15_002, '0.0.0.0'),
        use_original_dst: true,
        filter_chains: [chainsOf(outer), declared],
      },
      {
        ...httpListener(direct('virtual')),
        name: 'virtual',
        address: address(ports.virtual, servers.v4),
        bind_to_port: false,
      },
    ],
    [original],
  ),
)
const traffic = startTraffic({ ...config, listeners: new Map(), clusters: new Map() }, { nodeCluster: 'test.default' })
await traffic.apply(config)

/** What comes back until the end, or the error's code. */
const ask = (host: string, port: number, localAddress: string, text = 'x'): Promise<string> =>
  new Promise((resolve) => {
    let seen = ''
    const socket = connect({ host, port, localAddress }, () => socket.write(text))
    socket.on('data', (part) => {
      seen += part.toString()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.on('close', () => resolve(seen))
  })
const get = 'GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n'
const bodyOf = (answer: string) => `${answer.slice(9, 12)} ${answer.split('\r\n\r\n')[1] ?? ''}`

const seen = {
  tcpV4: await ask(servers.v4, ports.tcp, clients.v4),
  tcpV6: await ask(servers.v6, ports.tcp, clients.v6),
  http: bodyOf(await ask(servers.v4, ports.http, clients.v4, get)),
  handedOver: bodyOf(await ask(servers.v4, ports.virtual, clients.v4, get)),
  byDestinationPort: bodyOf(await ask(servers.v4, ports.declared, clients.v4, get)),
  dialledDirectly: await ask('127.0.0.1', 15_001, '127.0.0.1'),
  requestedDirectly: bodyOf(await ask('127.0.0.1', 15_002, '127.0.0.1', get)),
  endpoints: traffic
    .clusters()
    .get('original')
    ?.members.map(({ config: { key } }) => key),
}
console.log(JSON.stringify(seen))
await traffic[Symbol.asyncDispose]()
for (const server of listening) server.close()
