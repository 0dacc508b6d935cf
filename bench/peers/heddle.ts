import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { proxyFlags } from '../../tools/proxy-flags.ts'
import { benchBootstrap } from './bootstrap.ts'
import type { Peer } from './peer.ts'

const main = path.resolve(import.meta.dirname, '../../apps/proxy/bin/heddle-proxy.mjs')

export const heddle: Peer = {
  name: 'Heddle',
  missing: () => undefined,
  command: (setup) => {
    const file = path.join(setup.folder, 'heddle.yaml')
    writeFileSync(file, benchBootstrap(setup))
    return [process.execPath, ...proxyFlags, main, '-c', file, '--state-dir', path.join(setup.folder, 'heddle-state')]
  },
}
