// Finds the browser that the tests drive: PW_CHROMIUM, then Playwright's own, then a system Chromium. When there is
// none, installs one: Playwright's download, and on Debian as root the distribution's package.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { PlainError } from './task-list.mjs'

const system = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]

/** @returns {string | undefined} the executable's path; undefined when there is none */
export function findChromium() {
  const { PW_CHROMIUM } = process.env
  if (PW_CHROMIUM) {
    if (existsSync(PW_CHROMIUM)) return PW_CHROMIUM
    throw new PlainError(`PW_CHROMIUM=${PW_CHROMIUM} does not exist`, 'point it at a Chromium, or leave it out')
  }
  const own = playwrightsOwn()
  if (own && existsSync(own)) return own
  return system.find((path) => existsSync(path))
}

/** @returns {string} the executable's path, after an installation where there was none */
export function ensureChromium() {
  const found = findChromium()
  if (found) return found
  const attempts = []
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli')
  attempts.push(
    `Playwright's download: ${outcome(spawnSync(process.execPath, [cli, 'install', 'chromium'], { encoding: 'utf8', timeout: 300_000 }))}`,
  )
  if (!findChromium() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update', '-qq'], { encoding: 'utf8', timeout: 300_000 })
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    attempts.push(
      `apt-get install chromium: ${outcome(spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], { encoding: 'utf8', timeout: 600_000, env }))}`,
    )
  }
  const installed = findChromium()
  if (installed) return installed
  throw new PlainError(
    `no Chromium for the browser tests was found, and none could be installed (${attempts.join('; ')})`,
    'install chromium with your package manager, or set PW_CHROMIUM to one',
  )
}

function playwrightsOwn() {
  try {
    return createRequire(import.meta.url)('@playwright/test').chromium.executablePath()
  } catch {
    return undefined
  }
}

/** @param {import('node:child_process').SpawnSyncReturns<string>} result */
function outcome({ status, error, stderr }) {
  if (status === 0) return 'done'
  return error ? error.message : (stderr.trim().split('\n').at(-1) ?? `exit ${status}`)
}
