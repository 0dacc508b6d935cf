import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PlainError } from '../task-list.mjs'
import { type StartRecord, startedBy } from './stop-leftovers.ts'

export type ProcessSpec = {
  readonly name: string
  readonly argv: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Started again, a second later, when it ends by itself; otherwise its end is final. */
  readonly restart?: boolean
}

/** The processes of one start: each logs to its own file, and all end together. */
export type ProcessGroup = {
  start(spec: ProcessSpec): void
  /** Throws when the process has ended: waiting for its port would be in vain. */
  assertAlive(name: string): void
  /** SIGTERM, newest first; SIGKILL for what is left after the limit. */
  stop(limitMs: number): Promise<void>
}

type Running = { readonly spec: ProcessSpec; child: ChildProcess; hasEnded: boolean }

export function processGroup(logFolder: string, pidFile: string): ProcessGroup {
  mkdirSync(logFolder, { recursive: true })
  const running = new Map<string, Running>()
  let isStopping = false

  const launch = (spec: ProcessSpec): ChildProcess => {
    const log = openSync(path.join(logFolder, `${spec.name}.log`), 'a')
    const [command = '', ...args] = spec.argv
    const child = spawn(command, args, {
      cwd: spec.cwd,
      // A group of its own: Ctrl-C in the terminal must reach the processes in our order, not all at once.
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...spec.env, [startedBy]: String(process.pid) },
    })
    closeSync(log)
    return child
  }

  const savePids = () => {
    const pids = [...running.values()].filter(({ hasEnded }) => !hasEnded).flatMap(({ child }) => child.pid ?? [])
    // Whole at any moment: whoever ends what is left of us reads it when we were killed outright.
    writeFileSync(`${pidFile}.new`, JSON.stringify({ starter: process.pid, pids } satisfies StartRecord))
    renameSync(`${pidFile}.new`, pidFile)
  }

  // From here on a second start on the same data folder is refused.
  savePids()

  const watch = (entry: Running) => {
    entry.child.on('error', () => {
      entry.hasEnded = true
    })
    entry.child.once('exit', () => {
      entry.hasEnded = true
      if (isStopping || !entry.spec.restart) return
      void delay(1000).then(() => {
        if (isStopping) return
        entry.child = launch(entry.spec)
        entry.hasEnded = false
        watch(entry)
        savePids()
      })
    })
  }

  return {
    start(spec) {
      // The start goes on for a moment while it is broken off.
      if (isStopping) return
      const entry: Running = { spec, child: launch(spec), hasEnded: false }
      running.set(spec.name, entry)
      watch(entry)
      savePids()
    },
    assertAlive(name) {
      const entry = running.get(name)
      if (entry && !entry.hasEnded) return
      throw new PlainError(`${name} ended while starting`, lastLines(path.join(logFolder, `${name}.log`)))
    },
    async stop(limitMs) {
      isStopping = true
      const left = [...running.values()].filter(({ hasEnded }) => !hasEnded).reverse()
      const ends = left.map(
        ({ child, hasEnded }) =>
          new Promise<void>((resolve) => {
            if (hasEnded || child.exitCode !== null || child.signalCode !== null) resolve()
            else child.once('exit', () => resolve())
          }),
      )
      for (const { child } of left) child.kill('SIGTERM')
      const limit = new AbortController()
      await Promise.race([
        Promise.all(ends),
        delay(limitMs, undefined, { signal: limit.signal })
          .then(() => {
            for (const { child } of left)
              if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
          })
          .then(() => Promise.all(ends))
          .catch(() => undefined),
      ])
      limit.abort()
      rmSync(pidFile, { force: true })
    },
  }
}

function lastLines(file: string): string {
  try {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8)
    return `its log (${file}) ends with:\n    ${lines.join('\n    ')}`
  } catch {
    return `see ${file}`
  }
}
