import type { PeerSetup } from './scenario.ts'

export type HaproxyParts = { readonly mode?: 'http' | 'tcp'; readonly bind?: string; readonly server?: string }

/** The same route and request id as everybody has. */
export function haproxyConfig({ listenPort, upstreamPort }: PeerSetup, parts: HaproxyParts = {}): string {
  const { mode = 'http', bind = '', server = '' } = parts
  const http = `  option http-keep-alive
  http-reuse always
`
  const route = `  acl bench hdr(host) -i bench.shop
  http-request set-header x-request-id %[uuid()]
  use_backend out if bench
`
  return `global
  nbthread 1
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
${mode === 'http' ? http : ''}frontend in
  bind 127.0.0.1:${listenPort} ${bind}
${mode === 'http' ? route : '  default_backend out\n'}backend out
  server one 127.0.0.1:${upstreamPort} ${server}
`
}
