import { expect, test } from '@playwright/test'

/** What a stranger may send to a console that is built with Next.js, hoping that a check is passed over. */
const forged = [
  [
    'the header of a request that has passed the middleware',
    'GET',
    { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
  ],
  [
    'the same for a middleware in a folder',
    'GET',
    { 'x-middleware-subrequest': 'src/middleware:src/middleware:src/middleware' },
  ],
  ['a call for the parts of a page', 'GET', { RSC: '1', 'Next-Router-Prefetch': '1' }],
  ['a call of a server action', 'POST', { 'Next-Action': '0'.repeat(42), 'content-type': 'text/plain;charset=UTF-8' }],
] as const

for (const [what, method, headers] of forged) {
  test(`${what} opens nothing`, async ({ request }) => {
    const changes = await request.fetch('/api/v1/changes', { headers })
    expect(changes.status()).toBe(401)

    const page = await request.fetch('/services/shop/payments', { method, headers, maxRedirects: 0 })
    // Nothing was passed over: the page has its policy, and nobody's data.
    expect(page.headers()['content-security-policy']).toContain("default-src 'self'")
    expect(await page.text()).not.toMatch(/checkout|requestsPerSecond|"edges"/)
  })
}

test('there is no other way to the data of a page', async ({ request }) => {
  for (const path of [
    '/_next/data/build/services.json',
    '/api/v1/../v1/changes',
    '/api/v1/%2e%2e/v1/changes',
    '/api/v2/changes',
  ]) {
    const answer = await request.fetch(path, { maxRedirects: 0 })
    expect([401, 404]).toContain(answer.status())
  }
})
