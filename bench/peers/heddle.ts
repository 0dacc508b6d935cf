import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { proxyEnvironment, proxyFlags } from '../../tools/proxy-flags.ts'
import type { Peer } from './peer.ts'

const main = path.resolve(import.meta.dirname, '../../apps/proxy/bin/heddle-proxy.mjs')

export const heddle: Peer = {
  name: 'Heddle',
  missing: () => undefined,
  command: (scenario, setup) => {
    const file = path.join(setup.folder, 'heddle.yaml')
    writeFileSync(file, stringify(scenario.bootstrap(setup)))
    return {
      argv: [process.execPath, ...proxyFlags, main, '-c', file, '--state-dir', path.join(setup.folder, 'heddle-state')],
      env: proxyEnvironment,
    }
  },
}
