import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { newTimer, TimerWheel } from './timer-wheel.ts'

function wheelAt(start: number) {
  let now = start
  const wheel = new TimerWheel(() => now)
  return {
    wheel,
    pass(ms: number) {
      for (const end = now + ms; now < end; ) {
        now = Math.min(end, now + 10)
        wheel.advance()
      }
    },
    [Symbol.dispose]: () => wheel.stop(),
  }
}

test('a timer fires once, at its time or up to a tick later', () => {
  using clock = wheelAt(1000)
  let fired = 0
  const timer = newTimer(() => fired++)
  clock.wheel.set(timer, 25)

  clock.pass(20)
  const before = fired
  clock.pass(20)
  clock.pass(1000)

  expect([before, fired]).toEqual([0, 1])
})

test('pushing a timer forward defers it, and pulling it back hastens it', () => {
  using clock = wheelAt(0)
  const fired: string[] = []
  const late = newTimer(() => fired.push('late'))
  const early = newTimer(() => fired.push('early'))
  clock.wheel.set(late, 50)
  clock.wheel.set(early, 5000)

  clock.pass(30)
  clock.wheel.set(late, 500)
  clock.wheel.set(early, 50)
  clock.pass(100)
  const first = [...fired]
  clock.pass(600)

  expect([first, fired]).toEqual([['early'], ['early', 'late']])
})

test('a timer beyond one turn of the wheel waits its whole time', () => {
  using clock = wheelAt(0)
  let firedAfter = 0
  let passed = 0
  clock.wheel.set(
    newTimer(() => {
      firedAfter = passed
    }),
    60_000,
  )

  for (; passed < 62_000; passed += 100) clock.pass(100)

  expect(firedAfter).toBeGreaterThanOrEqual(59_900)
  expect(firedAfter).toBeLessThanOrEqual(60_100)
})

test('a cleared timer does not fire', () => {
  using clock = wheelAt(0)
  let fired = 0
  const timer = newTimer(() => fired++)
  clock.wheel.set(timer, 20)

  clock.wheel.clear(timer)
  clock.pass(100)

  expect(fired).toBe(0)
})

test('its clock sleeps until something is due, and is woken earlier by what is due before', async () => {
  let looks = 0
  const wheel = new TimerWheel(() => {
    looks++
    return performance.now()
  })
  const began = performance.now()
  const times: number[] = []
  const fire = () => times.push(performance.now() - began)
  wheel.set(newTimer(fire), 300)
  wheel.set(newTimer(fire), 100)
  wheel.set(newTimer(fire), 60_000)

  while (times.length < 2) await delay(20)
  wheel.stop()

  // It looks a few times for each timer, not every ten milliseconds.
  expect(looks).toBeLessThan(25)
  expect(times[0]).toBeGreaterThanOrEqual(100)
  expect(times[0]).toBeLessThan(300)
  expect(times[1]).toBeGreaterThanOrEqual(300)
})

test('what fires may set timers again, and the clock goes on', async () => {
  const wheel = new TimerWheel()
  let fired = 0
  const timer = newTimer(() => {
    if (++fired < 5) wheel.set(timer, 15)
  })
  wheel.set(timer, 15)

  while (fired < 5) await delay(5)

  expect(wheel.isSet(timer)).toBe(false)
})

test('after a standstill what has come is read before what is due is given up', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [Socket]
  const order: string[] = []
  const wheel = new TimerWheel()
  socket.on('data', () => order.push('data'))
  const isDue = new Promise<void>((resolve) => wheel.set(newTimer(resolve), 20)).then(() => order.push('timeout'))

  client.write('x')
  for (const end = performance.now() + 200; performance.now() < end; );
  await isDue
  for (const each of [client, socket]) each.destroy()
  server.close()
  wheel.stop()

  expect(order).toEqual(['data', 'timeout'])
})
