/** Where to go after signing in: only a page of this console, whatever the address says. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith('/') || /^\/[/\\]/.test(next)) return '/'
  try {
    const url = new URL(next, 'http://console.invalid')
    return url.host === 'console.invalid' ? `${url.pathname}${url.search}${url.hash}` : '/'
  } catch {
    return '/'
  }
}
