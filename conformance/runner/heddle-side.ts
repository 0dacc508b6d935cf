import path from 'node:path'
import { proxyFlags } from '../../tools/proxy-flags.ts'
import type { Side } from './side.ts'

const root = path.resolve(import.meta.dirname, '../..')

/** Our proxy: as it is shipped, or from its sources. */
export function heddleSide(fromSource: boolean): Side {
  const program = fromSource
    ? ['--conditions=source', path.join(root, 'apps/proxy/src/main.ts')]
    : [...proxyFlags, path.join(root, 'apps/proxy/bin/heddle-proxy.mjs')]
  return {
    name: 'heddle',
    missing: undefined,
    command: (bootstrapFile) => [process.execPath, ...program, '-c', bootstrapFile, '--drain-time-s', '0'],
  }
}
