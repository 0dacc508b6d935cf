import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const turbo = path.join(root, 'node_modules/turbo/bin/turbo')

/** Builds our proxy as it is shipped. */
export function buildProxy(): void {
  const argv = [turbo, 'run', 'build', '--filter=@heddle/proxy', '--output-logs=errors-only']
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: root })
  if (status !== 0) throw new Error(`the proxy does not build:\n${stdout}${stderr}`)
}
