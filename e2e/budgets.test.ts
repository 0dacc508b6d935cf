import { expect, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'

const kilo = 1000
/** Of compressed JavaScript, in kB: what a page itself names, and that with what it fetches afterwards. */
const page = { firstMax: 215, totalMax: 245 }
const routes = [
  { path: '/sign-in', ...page },
  { path: '/services', ...page },
  { path: '/services/shop/payments', ...page },
  { path: '/requests', ...page },
  { path: '/policies', ...page },
  { path: '/policies/HTTPRoute/shop/payments', ...page },
  { path: '/changes', ...page },
  { path: '/revisions', ...page },
  { path: '/proxies', ...page },
  { path: '/audit', ...page },
  { path: '/graph', firstMax: 225, totalMax: 370 },
  // What editing adds to a page is at most 230, and comes after the page.
  { path: '/policies/HTTPRoute/shop/payments/edit', firstMax: 225, totalMax: 445 },
  { path: '/policies/new?kind=FaultInjection', firstMax: 225, totalMax: 445 },
] as const

test('no page loads more than its budget, and nothing from elsewhere', async ({ browser }) => {
  const storageState = await (await signedIn(browser, signIns().editor)).context().storageState()
  const rows: string[] = []
  const over: string[] = []
  for (const { path, firstMax, totalMax } of routes) {
    const context = await browser.newContext(path === '/sign-in' ? {} : { storageState })
    const page = await context.newPage()
    const files = new Map<string, { readonly bytes: number; readonly type: string }>()
    const foreign: string[] = []
    page.on('requestfinished', async (request) => {
      const url = new URL(request.url())
      if (!/^(localhost|127\.)/.test(url.hostname) && url.protocol.startsWith('http')) foreign.push(request.url())
      if (!url.pathname.startsWith('/_next/static/')) return
      const { responseBodySize } = await request.sizes()
      files.set(url.pathname, { bytes: responseBodySize, type: request.resourceType() })
    })
    const html = await (await page.goto(path))?.text()
    await page.waitForLoadState('networkidle').catch(() => undefined)
    await expect(page.getByRole('status', { name: /^(Loading|Checking)/ })).toHaveCount(0)
    const sum = (wanted: (name: string, type: string) => boolean) =>
      [...files].reduce((total, [name, { bytes, type }]) => total + (wanted(name, type) ? bytes : 0), 0) / kilo
    const first = sum((name, type) => type === 'script' && (html?.includes(name) ?? false))
    const later = sum((name, type) => type === 'script' && !html?.includes(name))
    const css = sum((_name, type) => type === 'stylesheet')
    rows.push(`| \`${path}\` | ${first.toFixed(0)} | ${later.toFixed(0)} | ${css.toFixed(1)} |`)
    if (first > firstMax || first + later > totalMax || css > 40 || foreign.length > 0) {
      over.push(`${path}: ${first.toFixed(0)} + ${later.toFixed(0)} kB, css ${css.toFixed(0)} kB, ${foreign.join(' ')}`)
    }
    await context.close()
  }
  console.log(['| page | first kB | later kB | CSS kB |', '|---|---|---|---|', ...rows].join('\n'))

  expect(over).toEqual([])
})
