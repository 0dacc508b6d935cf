import { expect, type Page, test } from '@playwright/test'
import { faultsInEveryLook } from './every-look.ts'
import { signedIn, signIns } from './people.ts'

const edge = encodeURIComponent('svc:shop/checkout>svc:shop/payments')

test('who only looks sees every action closed, with the reason and who can, and the API refuses as well', async ({
  browser,
}) => {
  // Each state is looked at in every look.
  test.slow()
  const page = await signedIn(browser, signIns().viewer, '/policies')
  const isClosed = async (at: string, name: string, reason: RegExp) => {
    await page.goto(at)
    const button = page.getByRole('button', { name, exact: true }).first()
    await expect(button).toHaveAttribute('aria-disabled', 'true')
    await button.focus()
    await expect(page.getByRole('tooltip').filter({ visible: true })).toHaveText(reason)
    faults.push(...(await faultsInEveryLook(page)))
  }
  const faults: string[] = []

  const editor = /needs the role editor. Can: editor/
  await isClosed(`/graph?view=table&sel=${edge}`, 'Inject a fault here…', editor)
  await isClosed('/services/shop/payments', 'Inject a fault…', editor)
  await isClosed('/policies', 'Propose a policy', editor)
  await isClosed('/policies/HTTPRoute/shop/payments', 'Edit policy', editor)
  await isClosed('/policies/HTTPRoute/shop/payments', 'Propose deletion', editor)
  await isClosed('/policies/new?kind=FaultInjection&destination=shop/cart', 'Propose change', editor)
  await isClosed('/changes', 'Propose a change', editor)
  expect(await propose(page)).toEqual({ status: 403, code: 'forbidden' })

  expect(faults).toEqual([])
})

test('what is empty says why, what was looked at, and one way on', async ({ browser }) => {
  // Each state is looked at in every look.
  test.slow()
  const page = await signedIn(browser, signIns().editor, '/graph?q=nosuchthing')
  const faults: string[] = []
  const empty = async (at: string, title: string, evidence: RegExp, wayOn: string) => {
    await page.goto(at)
    await expect(page.getByText(title)).toBeVisible()
    await expect(page.getByText(evidence).first()).toBeVisible()
    faults.push(...(await faultsInEveryLook(page)))
    await page.getByRole('button', { name: wayOn }).click()
    await expect(page.getByText(title)).toBeHidden()
  }

  await empty(
    '/graph?q=nosuchthing',
    'Nothing in the graph matches the search.',
    /were looked through/,
    'Clear the search',
  )
  await empty('/graph?q=colour+%3E+1', 'Nothing in the graph matches', /colour is not measured/, 'Clear the search')
  await empty('/graph?ns=nowhere', 'No requests in nowhere.', /proxies are connected/, 'Show all namespaces')
  await empty('/services?ns=nowhere', 'No service matches the filter.', /services are known/, 'Show all services')
  await empty('/policies?ns=nowhere', 'No policy matches the filter.', /policies are active/, 'Show all policies')
  await empty('/proxies?ns=nowhere', 'No proxy matches the filter.', /proxies are known/, 'Show all proxies')

  expect(faults).toEqual([])
})

/** Proposes a change as the person on the page would without the page. */
async function propose(page: Page): Promise<{ readonly status: number; readonly code: string }> {
  const { csrfToken } = (await (await page.request.get('/api/v1/session')).json()) as { csrfToken: string }
  const answer = await page.request.post('/api/v1/changes', {
    headers: { origin: new URL(page.url()).origin, 'x-heddle-csrf': csrfToken },
    data: { title: 'Mine', reason: 'because', basedOn: 0, edits: [] },
  })
  expect(answer.headers()).not.toHaveProperty('x-middleware-rewrite')
  const { code } = (await answer.json()) as { code: string }
  return { status: answer.status(), code }
}
