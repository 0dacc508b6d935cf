import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { allListening } from '../start/port-holder.ts'
import { StartedSystem } from './started-system.ts'

/** A machine that others use as well takes longer than the 15 s that one start takes on its own. */
const liveMaxMs = 60_000

/** From the start until the API shows traffic on the edges of the graph, in ms. */
async function untilLive(system: StartedSystem, since: number): Promise<number> {
  await eventually(async () => {
    const viewer = await system.signIn('viewer').catch(() => undefined)
    if (viewer === undefined) return false
    const { edges } = (await viewer.call('GET', '/graph')) as { edges: { signals: { requests: number } }[] }
    return edges.filter(({ signals }) => signals.requests > 0).length >= 10
  }, liveMaxMs).catch((error: Error) => {
    throw new Error(`${error.message}\n${system.output}`)
  })
  return Math.round(performance.now() - since)
}

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kept', namespace: 'shop' },
  spec: { selector: { app: 'kept' }, ports: [{ name: 'http', port: 8080 }] },
}

test('two copies run side by side; Ctrl-C ends every process and frees every port of theirs, and the next start has the data', {
  timeout: 180_000,
}, async () => {
  await using first = await StartedSystem.prepare(0)
  await using second = await StartedSystem.prepare(1)
  const since = performance.now()
  first.start()
  second.start()

  const liveMs = await Promise.all([untilLive(first, since), untilLive(second, since)])
  await eventually(async () => [first, second].every(({ output }) => output.includes('Ctrl-C')), liveMaxMs)
  const pages = await Promise.all([first, second].map(({ consoleUrl }) => fetch(`${consoleUrl}/sign-in`)))
  await (await first.signIn('editor')).call('PUT', '/catalog/services/shop/kept', service)
  const others = (await (await second.signIn('viewer')).call('GET', '/catalog/services?limit=500')) as Services
  const ports = [...first.listening(), ...second.listening()]
  const codes = await Promise.all([first.interrupt(), second.interrupt()])
  const left = [...first.processes(), ...second.processes()]
  const stillListening = allListening().filter(({ address }) => ports.includes(address))
  const again = performance.now()
  first.start()
  const againMs = await untilLive(first, again)
  const after = (await (await first.signIn('viewer')).call('GET', '/catalog/services?limit=500')) as Services
  const lastCode = await first.interrupt()

  console.log(JSON.stringify({ liveMs, againMs, listening: ports.length }))
  expect(pages.map(({ status }) => status)).toEqual([200, 200])
  expect(ports.length).toBeGreaterThan(60)
  expect([codes, left, stillListening]).toEqual([[0, 0], [], []])
  expect(names(others)).not.toContain('kept')
  expect(names(after)).toContain('kept')
  expect([lastCode, first.processes()]).toEqual([0, []])
})

test('a taken port ends the start with one line that names the port, what needs it and the setting', {
  timeout: 60_000,
}, async () => {
  await using holder = await StartedSystem.prepare(2)
  await using late = await StartedSystem.prepare(3)
  const { createServer } = await import('node:net')
  const server = createServer().listen(Number(holder.env.HEDDLE_XDS_PORT), '127.0.0.1')
  late.start({ HEDDLE_XDS_PORT: holder.env.HEDDLE_XDS_PORT ?? '' })

  const code = await late.ended()
  server.close()

  const complaints = late.output.split('\n').filter((line) => line.includes(`port ${holder.env.HEDDLE_XDS_PORT}`))
  expect([code, complaints.length, late.processes()]).toEqual([1, 1, []])
  expect(complaints[0]).toContain('the xDS server needs it')
  expect(late.output).toContain('HEDDLE_XDS_PORT')
})

type Services = { readonly items: readonly { readonly object: { readonly metadata: { readonly name: string } } }[] }
const names = ({ items }: Services) => items.map(({ object }) => object.metadata.name)
