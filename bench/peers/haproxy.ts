import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { findProgram } from '../find-program.ts'
import type { Peer } from './peer.ts'

export const haproxy: Peer = {
  name: 'HAProxy',
  missing: () => (findProgram('haproxy') ? undefined : 'haproxy is not installed'),
  command: ({ folder, listenPort, upstreamPort }) => {
    const file = path.join(folder, 'haproxy.cfg')
    writeFileSync(
      file,
      `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  http-reuse always
frontend in
  bind 127.0.0.1:${listenPort}
  acl bench hdr(host) -i bench.shop
  http-request set-header x-request-id %[uuid()]
  use_backend out if bench
backend out
  server one 127.0.0.1:${upstreamPort}
`,
    )
    return [findProgram('haproxy') ?? 'haproxy', '-db', '-f', file]
  },
}
