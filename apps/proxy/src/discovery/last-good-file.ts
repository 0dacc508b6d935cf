import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { TimeSlice } from '../clock/time-slice.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import { type HeldResources, heldOf, kinds } from '../resources/held-resources.ts'

/**
 * The last good configuration on disk, so that a proxy that starts while the control plane is away serves what it served.
 *
 * Two generations (`last-good.json`, `last-good.previous.json`), each signed with a key that only this proxy's account can
 * read. What was tampered with, cut short or is older than three days is refused, and the generation before it is tried.
 * Secrets are never among them: a private key has no place on this disk, and comes anew from who holds it.
 * Written beside and renamed over: a full disk or a crash leaves the old file whole. Written while traffic goes on, a slice at a time:
 * neither thousands of resources nor a slow disk hold up a request.
 */
export type LastGood = {
  load(): HeldResources | undefined
  /** Returns at once. While one is written the latest waits for it, and those between are never written. */
  save(held: HeldResources): void
  /** Until all that is to be written is on the disk, or could not be. */
  settled(): Promise<void>
}

const kept = kinds.filter((kind) => kind !== 'secret')
const ageMaxMs = 72 * 3600 * 1000
const bytesMax = 64 * 1024 * 1024
/** Of a piece that is written at once, in characters. */
const pieceLength = 256 * 1024

type Stored = {
  readonly savedAt: string
  readonly resources: Readonly<Record<string, readonly (readonly [name: string, version: string, base64: string])[]>>
}

export function lastGoodFile(folder: string, now: () => number = Date.now): LastGood {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const key = readKey(path.join(folder, 'state.key'))
  const current = path.join(folder, 'last-good.json')
  const previous = path.join(folder, 'last-good.previous.json')
  let waiting: HeldResources | undefined
  let writing: Promise<void> | undefined
  const writeWaiting = async () => {
    while (waiting !== undefined) {
      const held = waiting
      waiting = undefined
      await replace({ folder, current, previous }, held, key, now())
    }
    writing = undefined
  }
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
      waiting = held
      writing ??= writeWaiting()
    },
    async settled() {
      await writing
    },
  }
}

async function replace(
  { folder, current, previous }: Readonly<Record<'folder' | 'current' | 'previous', string>>,
  held: HeldResources,
  key: Buffer,
  now: number,
): Promise<void> {
  try {
    await write(`${current}.new`, held, key, now)
    // There may be no earlier generation yet.
    await rename(current, previous).catch(() => undefined)
    await rename(`${current}.new`, current)
  } catch (error) {
    // A full disk costs the copy, not the traffic; what was begun would only keep it full.
    await rm(`${current}.new`, { force: true }).catch(() => undefined)
    lifecycleLog('error', 'cannot store the configuration', { folder, reason: (error as Error).message })
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

async function write(file: string, held: HeldResources, key: Buffer, now: number): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    // Its place: what it says is known when all of the rest is written.
    await handle.writeFile(`${'0'.repeat(signatureLength)}\n`)
    const signature = await writeBody(handle, bodyOf(held, now), key)
    const { bytesWritten } = await handle.write(signature, 0)
    if (bytesWritten !== signatureLength) throw new Error('the signature was written in part')
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const signatureLength = 64

/** Gives its signature. A piece is written whole or is an error: a disk that is nearly full takes a part and calls that a success. */
async function writeBody(handle: FileHandle, parts: Iterable<string>, key: Buffer): Promise<string> {
  const hmac = createHmac('sha256', key)
  const slice = new TimeSlice()
  let piece = ''
  const writePiece = async () => {
    hmac.update(piece)
    await handle.writeFile(piece)
    piece = ''
  }
  for (const part of parts) {
    piece += part
    if (piece.length >= pieceLength) await writePiece()
    if (slice.isOver) await slice.next()
  }
  await writePiece()
  return hmac.digest('hex')
}

/** `Stored` as JSON, a resource at a time. */
function* bodyOf(held: HeldResources, now: number): Generator<string> {
  yield `{"savedAt":${JSON.stringify(new Date(now).toISOString())},"resources":{`
  let beforeKind = ''
  for (const kind of kept) {
    yield `${beforeKind}${JSON.stringify(kind)}:[`
    beforeKind = ','
    let before = ''
    for (const [name, { version, bytes }] of held[kind]) {
      yield `${before}${JSON.stringify([name, version, Buffer.from(bytes).toString('base64')])}`
      before = ','
    }
    yield ']'
  }
  yield '}}'
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
