import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { controlUrl } from './control-url.ts'

export const config = { matcher: ['/((?!_next/static|_next/image|icon.svg).*)'] }

/** Sends the live stream on to the control plane, and every page out with a policy for its own scripts. */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl
  if (pathname.startsWith('/api/v1/')) {
    // A route cannot upgrade. Only an upgrade is rewritten: with any other answer a browser would be told the address.
    const isUpgrade = request.headers.get('upgrade')?.toLowerCase() === 'websocket'
    return isUpgrade ? NextResponse.rewrite(new URL(pathname + search, controlUrl())) : NextResponse.next()
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
