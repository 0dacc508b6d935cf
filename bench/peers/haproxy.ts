import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { findProgram } from '../find-program.ts'
import type { Peer } from './peer.ts'

export const haproxy: Peer = {
  name: 'HAProxy',
  missing: () => (findProgram('haproxy') ? undefined : 'haproxy is not installed'),
  command: (scenario, setup) => {
    if (scenario.haproxy === undefined) return undefined
    const file = path.join(setup.folder, 'haproxy.cfg')
    writeFileSync(file, scenario.haproxy(setup))
    return { argv: [findProgram('haproxy') ?? 'haproxy', '-db', '-f', file] }
  },
}
