import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assertNotRunning, processesOf, startedBy, stopLeftovers } from './stop-leftovers.ts'

let root: string
const started: ChildProcess[] = []
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'heddle-clone-')))
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
  rmSync(root, { recursive: true })
})

/** A process that names itself and then stays. */
function stay(title: string, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
  const script = `process.title = ${JSON.stringify(title)}; console.log(1); setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['-e', script], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  })
  started.push(child)
  return new Promise((resolve) => child.stdout?.once('data', () => resolve(child)))
}

function pidFile(...pids: readonly (number | undefined)[]): string {
  const file = path.join(root, 'pids.json')
  writeFileSync(file, JSON.stringify({ starter: 0, pids }))
  return file
}

test('a process that was left behind and has renamed itself is ended by its folder', async () => {
  const child = await stay('next-server', root)

  const count = await stopLeftovers(pidFile(child.pid), root)

  expect(count).toBe(1)
  expect(child.signalCode ?? child.exitCode).not.toBeNull()
})

test('a process that was started and not written down yet is ended too', async () => {
  const starter = 2_000_000_000
  const child = await stay('early', root, { [startedBy]: String(starter) })

  const count = await stopLeftovers(pidFile(), root, processesOf(starter))

  expect([count, processesOf(starter)]).toEqual([1, []])
  expect(child.signalCode ?? child.exitCode).not.toBeNull()
})

test('a process of somebody else with a number of ours is left alone', async () => {
  const child = await stay('innocent', tmpdir())

  const count = await stopLeftovers(pidFile(child.pid, 999_999_999), root)

  expect([count, child.exitCode, child.signalCode]).toEqual([0, null, null])
})

test('a file that was cut while it was written stops nobody', async () => {
  const file = pidFile()
  writeFileSync(file, '[12')

  expect(await stopLeftovers(file, root)).toBe(0)
})

test('a start that has the number of an earlier one, as in a container that begins anew, neither refuses nor ends itself', async () => {
  const starter = path.join(root, 'tools/start.ts')
  mkdirSync(path.dirname(starter))
  const stopping = JSON.stringify(path.join(import.meta.dirname, 'stop-leftovers.ts'))
  const file = JSON.stringify(path.join(root, 'pids.json'))
  writeFileSync(
    starter,
    `import { writeFileSync } from 'node:fs'
    import { assertNotRunning, processesOf, startedBy, stopLeftovers } from ${stopping}
    writeFileSync(${file}, JSON.stringify({ starter: process.pid, pids: [process.pid] }))
    assertNotRunning(${file}, ${JSON.stringify(root)})
    console.log(await stopLeftovers(${file}, ${JSON.stringify(root)}))`,
  )

  const { stdout, stderr, status } = spawnSync(process.execPath, [starter], { encoding: 'utf8' })

  expect({ stdout, stderr, status }).toMatchObject({ stdout: '0\n', status: 0 })
})

test('a start that is still there is not taken for one that left something behind', async () => {
  const file = pidFile()
  const starter = path.join(root, 'tools/start.ts')
  mkdirSync(path.dirname(starter))
  writeFileSync(starter, 'console.log(1); setInterval(() => undefined, 1000)')
  const child = spawn(process.execPath, [starter], { stdio: ['ignore', 'pipe', 'ignore'] })
  started.push(child)
  await once(child.stdout, 'data')
  writeFileSync(file, JSON.stringify({ starter: child.pid, pids: [] }))

  expect(() => assertNotRunning(file, root)).toThrow(`as process ${child.pid}`)

  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(() => assertNotRunning(file, root)).not.toThrow()
})
