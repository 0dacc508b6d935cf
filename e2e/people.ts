import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page, test } from '@playwright/test'

type SignIn = { readonly username: string; readonly password: string; readonly role: string }

/** The demo's people, as `npm start` made them. */
export function signIns(): { readonly editor: SignIn; readonly approver: SignIn; readonly viewer: SignIn } {
  const file = path.join(process.env.HEDDLE_E2E_DATA ?? '', 'sign-ins.json')
  const all = JSON.parse(readFileSync(file, 'utf8')) as readonly SignIn[]
  const find = (role: string) => {
    const found = all.find((each) => each.role === role)
    if (found === undefined) throw new Error(`there is no ${role} in ${file}`)
    return found
  }
  return { editor: find('editor'), approver: find('approver'), viewer: find('viewer') }
}

const opened: { readonly context: BrowserContext; readonly testId: string }[] = []

/**
 * A browser of one's own. Those of tests that are over are closed: their pages would go on drawing and asking, and take the
 * processor from the one that runs.
 */
export async function ownBrowser(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const { testId } = test.info()
  const over = opened.filter((each) => each.testId !== testId)
  await Promise.all(over.map(({ context }) => context.close()))
  const context = await browser.newContext(options)
  opened.splice(0, opened.length, ...opened.filter((each) => each.testId === testId), { context, testId })
  return context
}

/** A browser of one's own, signed in through the page. */
export async function signedIn(
  browser: Browser,
  who: SignIn,
  at = '/graph',
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await (await ownBrowser(browser, options)).newPage()
  await page.goto(at)
  await page.getByLabel('Username').fill(who.username)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => url.pathname === at.split('?')[0])
  return page
}
