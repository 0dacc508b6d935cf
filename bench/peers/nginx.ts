import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findProgram } from '../find-program.ts'
import type { Peer } from './peer.ts'

export const nginx: Peer = {
  name: 'nginx',
  missing: () => (findProgram('nginx') ? undefined : 'nginx is not installed'),
  command: (scenario, setup) => {
    if (scenario.nginx === undefined) return undefined
    const file = path.join(setup.folder, 'nginx.conf')
    mkdirSync(path.join(setup.folder, 'nginx'), { recursive: true })
    writeFileSync(file, scenario.nginx(setup))
    return { argv: [findProgram('nginx') ?? 'nginx', '-c', file, '-p', setup.folder] }
  },
}
