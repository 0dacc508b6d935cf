import { expect, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'

const route = '/policies/HTTPRoute/shop/payments/edit'

test('a misspelt field is marked where it stands, led to, and mended at the press of a key', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, route)
  const text = page.getByRole('textbox', { name: 'Policy as YAML' })
  await text.click()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('      retry: { atempts: 1')

  await expect(page.locator('.cm-lintRange-error').first()).toBeVisible()
  await expect(page.locator('.cm-lint-marker-error').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Propose change' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: /^Show in YAML: .*atempts/ }).click()
  await expect(text).toBeFocused()
  await page.getByRole('button', { name: /^Mend: .*atempts/ }).click()

  await expect(text).toContainText('retry: { attempts: 1')
  await expect(page.getByText('No problem found')).toBeVisible()
  await expect(page.getByLabel('Further attempts')).toHaveValue('1')
})

test('form and text have one history, a slider keeps the sum, and the keys save and propose', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, route)
  const weight = (place: number) => page.getByLabel(`Weight ${place}`)
  await expect(page.getByRole('textbox', { name: 'Policy as YAML' })).toBeVisible()
  await page.getByLabel('Share of backend 2').press('ArrowRight')

  await expect(weight(1)).toHaveValue('79')
  await expect(weight(2)).toHaveValue('21')
  await page.keyboard.press('Control+s')
  await expect(page.getByText(/^Draft saved in this browser at/)).toBeVisible()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByLabel('Reason')).toBeFocused()
  await weight(2).press('Control+z')
  await expect(weight(2)).toHaveValue('20')

  await expect(page.getByText('As it is active')).toBeVisible()
})

test('a fault answers as gRPC, ends at a time and knows how many at once, in the form as in the text', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, '/policies/new?kind=FaultInjection&destination=shop/cart')
  const text = page.getByRole('textbox', { name: 'Policy as YAML' })
  await expect(text).toContainText('httpStatus: 503')
  await page.getByLabel('Answer as').selectOption('gRPC')
  await page.getByLabel('gRPC status').selectOption('RESOURCE_EXHAUSTED')
  await page.getByLabel('Most at once').fill('20')
  await page.getByLabel('Ends by itself', { exact: true }).selectOption('at a time')
  await page.getByLabel('Ends at').fill('2040-05-01T12:30')

  await expect(text).toContainText('grpcStatus: RESOURCE_EXHAUSTED')
  await expect(text).not.toContainText('httpStatus')
  await expect(text).toContainText('maxActiveFaults: 20')
  await expect(text).toContainText(/expiresAt: "?2040-0[45]-/)
  await expect(text).not.toContainText('duration')
  // What was found before stands until the answer: only the warning is about this text.
  await expect(page.getByText(/the fault lasts \d+h/)).toBeVisible()
  await expect(page.getByLabel('Most at once')).not.toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Most at once').fill('0')
  await expect(page.getByLabel('Most at once')).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Ends by itself', { exact: true }).selectOption('after a while')
  await expect(text).toContainText('duration: 30m')
  await expect(text).not.toContainText('expiresAt')
})

test('a limit is written as a form: how many in which time, at once, and who counts', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, '/policies/new?kind=RateLimit')
  const text = page.getByRole('textbox', { name: 'Policy as YAML' })
  await expect(page.getByLabel('Namespace', { exact: true }).last()).toHaveValue('shop')
  await page.getByLabel('Destination').selectOption('cart')
  await page.getByLabel('Requests', { exact: true }).fill('20')
  await page.getByLabel('In each').fill('1m')
  await page.getByLabel('At once').fill('40')
  await page.getByLabel('Counted by').selectOption('all instances together')
  await page.getByLabel('Only count, refuse nothing').check()

  await expect(text).toContainText('scope: Mesh')
  await expect(text).toContainText('shadowMode: true')
  await expect(page.getByText('No problem found')).toBeVisible()
  await page.getByLabel('Counted by').selectOption('each instance by itself')
  await expect(text).not.toContainText('shadowMode')
  await expect(text).toContainText('burst: 40')
  await page.getByLabel('A count for').selectOption('each value of a header')
  await page.getByLabel('Header').fill('x-client')
  await expect(text).toContainText('name: x-client')
  await expect(text).toContainText('scope: Mesh')
  await expect(page.getByText('No problem found')).toBeVisible()
  await page.getByLabel('In each').fill('1ms')
  await expect(page.getByLabel('In each')).toHaveAttribute('aria-invalid', 'true')
})

test('a circuit breaker and a mirror are written as forms', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, '/policies/new?kind=DestinationRule')
  const text = page.getByRole('textbox', { name: 'Policy as YAML' })
  await expect(page.locator('#main p', { hasText: 'Choose a service' })).toBeVisible()
  await page.getByLabel('Requests to').selectOption('cart')
  await page.getByLabel('Requests in flight').fill('50')
  await page.getByLabel('Leave out instances that fail').check()

  await expect(text).toContainText('host: cart.shop.svc.cluster.local')
  await expect(text).toContainText('http2MaxRequests: 50')
  await expect(text).toContainText('consecutive5xxErrors: 5')
  await expect(page.getByText('No problem found')).toBeVisible()
  await page.goto('/policies/new?kind=HTTPRoute&destination=shop/recommendations')
  await page.getByLabel('Mirror a share to another service').check()
  await page.getByLabel('Mirror to').selectOption('recommendations-v2')
  await expect(text).toContainText('percent: 5')
  await expect(text).toContainText('name: recommendations-v2')
  await expect(page.getByText('No problem found')).toBeVisible()
  await page.getByLabel('Mirror a share to another service').uncheck()
  await expect(text).not.toContainText('filters')
})

test('every effect of a fault is a row of the form, writes only its own lines, and says beside the field what is wrong', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, '/policies/new?kind=FaultInjection&destination=shop/cart')
  const text = page.getByRole('textbox', { name: 'Policy as YAML' })
  const propose = page.getByRole('button', { name: 'Propose change' })
  await expect(text).toContainText('duration: 30m')
  const before = await text.innerText()
  await page.getByLabel('Answer instead').uncheck()
  await expect(page.getByRole('group', { name: 'What happens to them' })).toContainText('the fault does nothing')
  await page.getByLabel('Cut the connection').check()
  await page.getByLabel('Slow the answer down').check()
  await page.getByLabel('Reset percentage').fill('2.5')
  await page.getByLabel('KiB per second').fill('0')

  await expect(page.getByLabel('KiB per second')).toHaveAttribute('aria-invalid', 'true')
  await expect(propose).toHaveAttribute('aria-disabled', 'true')
  await page.getByLabel('KiB per second').fill('64')
  await expect(page.getByText('No problem found')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Only in YAML' })).toHaveCount(0)
  await expect(text).toContainText(/reset:\s*percentage: 2.5/)
  await expect(text).toContainText(/responseBandwidth:\s*percentage: 10\s*kibPerSecond: 64/)
  await page.getByLabel('Cut the connection').uncheck()
  await page.getByLabel('Slow the answer down').uncheck()
  await page.getByLabel('Answer instead').check()

  expect((await text.innerText()).split('\n').toSorted()).toEqual(before.split('\n').toSorted())
})

test('while the text cannot be read the form keeps its state and names the line; on a narrower screen both are tabs', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, route)
  const text = page.getByRole('textbox', { name: 'Policy as YAML' })
  await text.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('a: [')

  await expect(page.getByText('Line 1 of the YAML cannot be read')).toBeVisible()
  await expect(page.getByLabel('Weight 2')).toBeDisabled()
  await expect(page.getByLabel('Weight 2')).toHaveValue('20')
  await page.keyboard.press('Control+z')
  await expect(page.getByLabel('Weight 2')).toBeEnabled()
  await page.setViewportSize({ width: 1100, height: 900 })
  await expect(page.getByRole('tab', { name: 'Form' })).toBeVisible()
  await expect(text).toBeHidden()
  await page.getByRole('tab', { name: 'YAML' }).click()

  await expect(text).toBeVisible()
})

test('on a phone a policy is to read, and the way on is said', async ({ browser }) => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
  const page = await signedIn(browser, signIns().editor, route, phone)

  await expect(page.getByText(/edited on a wider screen/)).toBeVisible()
  await expect(page.getByLabel('Weight 2')).toHaveCount(0)
})

test('a page that is enlarged to 200 % and 400 % is edited as any other, and nothing leaves it sideways', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, route)
  for (const [width, weight] of [
    [720, '21'],
    [320, '22'],
  ] as const) {
    await page.setViewportSize({ width, height: 450 })
    await page.getByRole('tab', { name: 'Form' }).click()
    await page.getByLabel('Weight 2').fill(weight)
    await page.getByRole('tab', { name: 'YAML' }).click()

    await expect(page.getByRole('textbox', { name: 'Policy as YAML' })).toContainText(`weight: ${weight}`)
    await expect(page.getByText('No problem found')).toBeVisible()
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  }
})
