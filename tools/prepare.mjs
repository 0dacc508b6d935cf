// Brings a clone to the point where its TypeScript runs: packages installed as the lockfile says, code generated,
// everything built. Each step is left out when nothing has changed. Runs on any Node 20 or newer, before npm install.
import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { PlainError, task } from './task-list.mjs'

export const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)))

/** The Node that the lockfile pins; the one that started us may be older. */
export const node = path.join(root, 'node_modules/.bin/node')

/** @param {{ build: boolean }} options */
export async function prepare({ build }) {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20) throw new PlainError(`Node ${process.versions.node} is too old`, 'install Node 20 or newer')
  if (!isInstalled()) {
    await task('Install packages', () =>
      run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci failed'),
    )
  }
  if (!existsSync(node)) {
    throw new PlainError(
      `no Node for ${process.platform}-${process.arch} came with the packages`,
      'Linux on x64 and arm64 are supported',
    )
  }
  const turbo = (/** @type {string} */ name) =>
    run(
      node,
      [path.join(root, 'node_modules/turbo/bin/turbo'), 'run', name, '--output-logs=errors-only'],
      `${name} failed`,
    )
  await task('Generate code', () => turbo('generate'))
  if (build) await task('Build', () => turbo('build'))
}

/** True when node_modules is what the lockfile says: npm writes its own copy of the lock when it is done. */
function isInstalled() {
  const installed = path.join(root, 'node_modules/.package-lock.json')
  return (
    existsSync(installed) &&
    existsSync(node) &&
    statSync(installed).mtimeMs >= statSync(path.join(root, 'package-lock.json')).mtimeMs
  )
}

/**
 * Runs a command and keeps its output for the case that it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {string} failure
 */
function run(command, args, failure) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1' },
    })
    let output = ''
    const keep = (/** @type {Buffer} */ part) => {
      output = (output + part.toString()).slice(-20_000)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    // Whoever is broken off leaves no build behind: the next one would be refused as long as it runs.
    const end = () => child.kill('SIGTERM')
    process.once('exit', end)
    child.on('error', (error) => reject(new PlainError(`${failure}: ${error.message}`)))
    child.on('close', (code) => {
      process.off('exit', end)
      if (code === 0) return resolve(undefined)
      reject(new PlainError(`${failure} (exit ${code})\n\n${output}`))
    })
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { printFailure } = await import('./task-list.mjs')
  await prepare({ build: true }).catch((error) => {
    printFailure(error)
    process.exitCode = 1
  })
}
