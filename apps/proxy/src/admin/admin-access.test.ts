import { expect, test } from 'vitest'
import { type AdminQuestion, refusedQuestion } from './admin-access.ts'

function question(target: string, peer: string | undefined, host?: string, origin?: string): AdminQuestion {
  return { target, path: target.split('?')[0] ?? '', host, origin, peer }
}

const readyOnly = [{ kind: 'exact', value: '/ready', ignoreCase: false }] as const

test.each([['127.0.0.1'], ['127.8.8.8'], ['::1'], ['::ffff:127.0.0.1']])(
  'this machine, from %s, asks for everything',
  (peer) => {
    expect(refusedQuestion(question('/config_dump', peer, 'localhost:9901'), [])).toBeUndefined()
    expect(refusedQuestion(question('/config_dump', peer, 'page.example'), [])).toContain('loopback names only')
  },
)

test.each([['10.0.0.7'], ['::ffff:10.0.0.7'], ['2001:db8::7']])(
  'another one, at %s, gets readiness and numbers only',
  (peer) => {
    for (const open of ['/ready', '/stats?filter=rq', '/stats/prometheus']) {
      expect(refusedQuestion(question(open, peer, 'heddle.shop:9901'), [])).toBeUndefined()
    }
    for (const closed of [
      '/config_dump',
      '/quitquitquit',
      '/',
      '/help',
      '/nothing',
      '/stats/',
      '/clusters?format=json',
    ]) {
      expect(refusedQuestion(question(closed, peer, 'heddle.shop:9901'), [])).toContain('told to this machine only')
    }
  },
)

test('paths that the bootstrap allows are all there is, for whoever asks, with their query as Envoy reads them', () => {
  expect(refusedQuestion(question('/ready', '10.0.0.7'), readyOnly)).toBeUndefined()
  expect(refusedQuestion(question('/ready?x=1', '10.0.0.7'), readyOnly)).toBe('request to path /ready?x=1 not allowed')
  expect(refusedQuestion(question('/stats', '127.0.0.1'), readyOnly)).toBe('request to path /stats not allowed')
  expect(refusedQuestion(question('/stats', undefined), readyOnly)).toBe('request to path /stats not allowed')
})

test('a Unix socket is opened to others by the file system', () => {
  expect(refusedQuestion(question('/config_dump', undefined, 'anything'), [])).toBeUndefined()
})

test('pages from elsewhere are not answered, whoever reads them; its own and those of this machine are', () => {
  const of = (origin: string, host = '127.0.0.1:9901', peer = '127.0.0.1') =>
    refusedQuestion(question('/quitquitquit', peer, host, origin), [])
  const everything = [{ kind: 'prefix', value: '/', ignoreCase: false }] as const

  for (const foreign of ['https://page.example', 'http://page.example', 'null', 'http://localhost.page.example', '']) {
    expect(of(foreign)).toContain('pages from elsewhere')
    expect(refusedQuestion(question('/quitquitquit', '10.0.0.7', '10.0.0.1:9901', foreign), everything)).toContain(
      'pages from elsewhere',
    )
  }
  expect([of('http://localhost:3000'), of('http://127.0.0.1:9901')]).toEqual([undefined, undefined])
  expect(
    refusedQuestion(question('/stats', '10.0.0.7', '10.0.0.1:9901', 'http://10.0.0.1:9901'), everything),
  ).toBeUndefined()
})
