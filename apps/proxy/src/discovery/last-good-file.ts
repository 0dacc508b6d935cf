import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { lifecycleLog } from '../lifecycle-log.ts'
import { type HeldResources, heldOf, kinds } from '../resources/held-resources.ts'

/**
 * The last good configuration on disk, so that a proxy that starts while the control plane is away serves what it served.
 *
 * Two generations (`last-good.json`, `last-good.previous.json`), each signed with a key that only this proxy's account can
 * read. What was tampered with, cut short or is older than three days is refused, and the generation before it is tried.
 * Secrets are never among them: a private key has no place on this disk, and comes anew from who holds it.
 * Written beside and renamed over: a full disk or a crash leaves the old file whole.
 */
export type LastGood = {
  load(): HeldResources | undefined
  save(held: HeldResources): void
}

const kept = kinds.filter((kind) => kind !== 'secret')
const ageMaxMs = 72 * 3600 * 1000
const bytesMax = 64 * 1024 * 1024

type Stored = {
  readonly savedAt: string
  readonly resources: Readonly<Record<string, readonly (readonly [name: string, version: string, base64: string])[]>>
}

export function lastGoodFile(folder: string, now: () => number = Date.now): LastGood {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const key = readKey(path.join(folder, 'state.key'))
  const current = path.join(folder, 'last-good.json')
  const previous = path.join(folder, 'last-good.previous.json')
  return {
    load() {
      for (const file of [current, previous]) {
        try {
          return read(file, key, now())
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException
          if (code !== 'ENOENT') lifecycleLog('warn', 'refused a stored configuration', { file, reason: message })
        }
      }
      return undefined
    },
    save(held) {
      try {
        write(`${current}.new`, held, key, now())
        try {
          renameSync(current, previous)
        } catch {
          // There is no earlier generation yet.
        }
        renameSync(`${current}.new`, current)
      } catch (error) {
        // A full disk costs the copy, not the traffic; what was begun would only keep it full.
        rmSync(`${current}.new`, { force: true })
        lifecycleLog('error', 'cannot store the configuration', { folder, reason: (error as Error).message })
      }
    },
  }
}

function read(file: string, key: Buffer, now: number): HeldResources {
  if (statSync(file).size > bytesMax) throw new Error('is larger than 64 MiB')
  const text = readFileSync(file, 'utf8')
  const end = text.indexOf('\n')
  const signature = Buffer.from(text.slice(0, Math.max(end, 0)), 'hex')
  const body = text.slice(end + 1)
  const expected = sign(key, body)
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw new Error('its signature is wrong')
  const stored = JSON.parse(body) as Stored // signed by us
  const age = now - Date.parse(stored.savedAt)
  if (!(age <= ageMaxMs)) throw new Error('is older than 72 hours')
  return heldOf(
    kept.flatMap((kind) =>
      (stored.resources[kind] ?? []).map(([name, version, base64]) => ({
        kind,
        name,
        version,
        bytes: Buffer.from(base64, 'base64'),
      })),
    ),
  )
}

function write(file: string, held: HeldResources, key: Buffer, now: number): void {
  const stored: Stored = {
    savedAt: new Date(now).toISOString(),
    resources: Object.fromEntries(
      kept.map((kind) => [
        kind,
        [...held[kind]].map(
          ([name, { version, bytes }]) => [name, version, Buffer.from(bytes).toString('base64')] as const,
        ),
      ]),
    ),
  }
  const body = JSON.stringify(stored)
  const descriptor = openSync(file, 'w', 0o600)
  try {
    // All of it or an error: a disk that is nearly full takes a part of one write and calls that a success.
    writeFileSync(descriptor, `${sign(key, body).toString('hex')}\n${body}`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function sign(key: Buffer, body: string): Buffer {
  return createHmac('sha256', key).update(body).digest()
}

function readKey(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    const key = randomBytes(32)
    writeFileSync(file, key, { mode: 0o400 })
    return key
  }
}
