import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy } from './content-security-policy.ts'

// `rewrites()` in next.config.ts are fixed at build time; this reads HEDDLE_CONTROL_URL at run time. The rewrite also
// carries the upgrade of /api/v1/live, so that the browser knows one origin only and no CORS is needed.
export const config = { matcher: ['/((?!_next/static|_next/image|icon.svg).*)'] }

/** Sends API requests on to the control plane, and every page out with a policy for its own scripts. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  if (pathname.startsWith('/api/v1/')) {
    return NextResponse.rewrite(new URL(pathname + search, process.env.HEDDLE_CONTROL_URL ?? 'http://127.0.0.1:4000'))
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === 'development')
  const headers = new Headers(request.headers)
  // Next finds the nonce of its own scripts in the request's copy of the policy.
  headers.set('content-security-policy', policy)
  headers.set('x-nonce', nonce)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('referrer-policy', 'same-origin')
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()')
  response.headers.set('cross-origin-opener-policy', 'same-origin')
  return response
}
