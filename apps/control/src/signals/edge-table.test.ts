import { expect, test } from 'vitest'
import { EdgeTable } from './edge-table.ts'

const bounds = { all: 40, ofProxy: 20 }
const identity = (service: string) => ({
  reporter: 'source' as const,
  source: { namespace: 'shop', service: 'web' },
  destination: { namespace: 'shop', service, version: '' },
  protocol: 'http' as const,
})
const use = (table: EdgeTable, proxyId: string, service: string, now: number) =>
  table.of(proxyId, identity(service), now).track.write(now, (cell) => void cell.requests++)
const services = (table: EdgeTable) => [...table.all()].map(({ destination }) => destination.service)

test('a proxy that makes edges up without end forgets its own, and those of others stay', () => {
  const table = new EdgeTable(bounds)
  for (const service of ['cart', 'payments']) use(table, 'honest', service, 1)

  for (let made = 0; made < 1000; made++) use(table, 'liar', `made-up-${made}`, 2 + made)

  expect(services(table)).toEqual(expect.arrayContaining(['cart', 'payments', 'made-up-999']))
  expect(services(table).length).toBeLessThanOrEqual(2 + bounds.ofProxy)
  expect(table.bounded(1002)).toEqual(['liar'])
})

test('under many names, or none, what carries traffic stays and the longest unused goes', () => {
  const table = new EdgeTable(bounds)
  use(table, 'honest', 'idle', 1)

  for (let made = 0; made < 1000; made++) {
    use(table, 'honest', 'busy', 2 + made)
    use(table, made % 2 === 0 ? '' : `liar-${made}`, `made-up-${made}`, 2 + made)
  }

  expect(services(table)).toContain('busy')
  expect(services(table)).not.toContain('idle')
  expect(services(table).length).toBeLessThanOrEqual(bounds.all)
  expect(table.bounded(1002)).toEqual([''])
})

test('that a bound was met is told for an hour, and what is forgotten makes room', () => {
  const table = new EdgeTable(bounds)
  for (let made = 0; made <= bounds.ofProxy; made++) use(table, 'liar', `made-up-${made}`, 1)

  table.prune(2)

  expect(services(table)).toEqual([])
  expect(table.bounded(3000)).toEqual(['liar'])
  expect(table.bounded(4000)).toEqual([])
})
