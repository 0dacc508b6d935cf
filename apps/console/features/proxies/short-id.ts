/** "sidecar~127.0.0.1~web-1.shop~…" as people know it. */
export function shortId(proxyId: string): string {
  return proxyId.split('~')[2] ?? proxyId
}
