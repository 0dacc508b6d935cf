import { Agent, createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { bootstrap, cluster, fault, filter, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const http1Clients = 24
const http2Clients = 4
const streamsEach = 8
const requestsEach = 80

type Seen = { readonly id: string; readonly status: number; readonly told: string | undefined; readonly body: string }

/**
 * What serves requests serves one connection after the other. Whatever is cut, given up, late, tried again or hedged on the way:
 * no client may see anything of another one's request.
 */
test('no answer goes to another request than its own, whatever happens to them', async () => {
  await using upstream = await startMoodyUpstream()
  const trouble = filter(
    'fault',
    fault({
      delay: { fixed_delay: '0.02s', percentage: { numerator: 10 } },
      abort: { http_status: 555, percentage: { numerator: 5 } },
    }),
  )
  const moody = route('up', {
    timeout: '0.3s',
    hedge_policy: { hedge_on_per_try_timeout: true },
    retry_policy: {
      retry_on: '5xx,reset,connect-failure',
      num_retries: 2,
      per_try_timeout: '0.1s',
      retry_back_off: { base_interval: '0.002s' },
    },
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([moody], { filters: [trouble] })], [cluster('up', [upstream.port])]),
  )
  const seen: Seen[] = []

  await Promise.all([
    ...Array.from({ length: http1Clients }, (_, at) => askOverHttp1(proxy.port, `h1-${at}`, seen)),
    ...Array.from({ length: http2Clients }, (_, at) => askOverHttp2(proxy.port, `h2-${at}`, seen)),
  ])

  // Answers of the proxy's own tell no id; those of the upstream tell whose request it saw, in a field and in the body.
  const others = seen.filter(
    ({ id, told, body }) => (told !== undefined && told !== id) || idsIn(body).some((each) => each !== id),
  )
  expect(others).toEqual([])
  const answered = seen.filter(({ status, told }) => status === 200 && told !== undefined)
  expect(answered.length).toBeGreaterThan(seen.length / 2)
  await eventually(() => proxy.traffic.listeners().get('in')?.openConnections === 0)
}, 120_000)

const idsIn = (body: string) => body.match(/<[^>]*>/g)?.map((each) => each.slice(1, -1)) ?? []

/** Answers at once, later, in two parts, with a failure, half, or not at all. */
async function startMoodyUpstream(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((asked, answer) => {
    const mood = Math.random()
    let body = ''
    asked.on('error', () => undefined)
    asked.on('data', (part: Buffer) => {
      body += part.toString()
    })
    asked.on('end', () => {
      if (mood < 0.08) asked.socket.destroy()
      else setTimeout(() => tell(answer, mood, String(asked.headers['x-id']), body), mood > 0.97 ? 400 : mood * 10)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function tell(answer: ServerResponse, mood: number, id: string, body: string): void {
  answer.writeHead(mood < 0.2 ? 503 : 200, { 'x-id': id })
  if (mood >= 0.3 && mood < 0.5) answer.write(`<${id}>`)
  if (mood >= 0.2 && mood < 0.3) {
    answer.write(`<${id}>`)
    setTimeout(() => answer.socket?.destroy(), 3)
  } else setTimeout(() => answer.end(`<${id}>${body}`), mood < 0.5 ? 4 : 0)
}

async function askOverHttp1(port: number, client: string, seen: Seen[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let at = 0; at < requestsEach; at++) {
    const id = `${client}-${at}`
    await new Promise<void>((resolve) => {
      const asked = request({ port, host: '127.0.0.1', agent, method: 'POST', headers: { 'x-id': id } }, (answer) => {
        let body = ''
        answer.on('data', (part: Buffer) => {
          body += part.toString()
        })
        answer.on('error', () => undefined)
        answer.on('close', () => {
          seen.push({ id, status: answer.statusCode ?? 0, told: told(answer.headers['x-id']), body })
        })
      })
      asked.on('error', () => undefined)
      asked.on('close', () => resolve())
      if (Math.random() < 0.2) setTimeout(() => asked.destroy(), Math.random() * 30)
      asked.flushHeaders()
      setTimeout(() => asked.end(`<${id}>`), Math.random() < 0.3 ? 5 : 0)
    })
  }
  agent.destroy()
}

async function askOverHttp2(port: number, client: string, seen: Seen[]): Promise<void> {
  await using http2 = new Http2Client(port)
  const ask = async (stream: number) => {
    for (let at = 0; at < requestsEach; at++) {
      const id = `${client}-${stream}-${at}`
      const answer = http2.request({ ':method': 'POST', 'x-id': id }, `<${id}>`)
      const { status, headers, body } = await answer.catch(() => ({ status: 0, headers: {}, body: '' }))
      seen.push({ id, status, told: told((headers as Record<string, unknown>)['x-id']), body })
      if (Math.random() < 0.1) await delay(5)
    }
  }
  await Promise.all(Array.from({ length: streamsEach }, (_, stream) => ask(stream)))
}

function told(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
