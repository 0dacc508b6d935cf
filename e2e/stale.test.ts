import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { controlPid } from './control-pid.ts'
import { faultsInEveryLook } from './every-look.ts'
import { beginFault } from './inject-fault.ts'
import { signedIn, signIns } from './people.ts'

test.afterEach(() => {
  signalDatabase('SIGCONT')
  process.kill(controlPid(), 'SIGCONT')
})

test('while the database hangs every page says so, numbers step back, and nothing can be written; then all comes by itself', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, '/graph?view=table')
  const strip = page.getByRole('status', { name: 'Stale data' })
  await expect(page.getByRole('row', { name: /web → cart/ })).toBeVisible()
  const faults: string[] = []

  signalDatabase('SIGSTOP')
  await expect(strip).toContainText(/The database does not answer.*\d+.s old/)
  await expect(page.locator('main')).toHaveAttribute('data-stale', 'true')
  const number = page
    .getByRole('row', { name: /web → cart/ })
    .getByRole('cell')
    .nth(1)
  await expect(number).toHaveCSS('opacity', '0.7')
  for (const [at, shown] of [
    ['/graph', page.getByRole('application')],
    ['/services', page.getByRole('row', { name: /shop\/cart/ })],
    ['/revisions', page.getByText('The revisions cannot be read now')],
  ] as const) {
    await page.goto(at)
    await expect(strip).toBeVisible()
    await expect(shown).toBeVisible()
    faults.push(...(await faultsInEveryLook(page)))
  }
  await page.goto('/policies/new?kind=FaultInjection&destination=shop/cart')
  const propose = page.getByRole('button', { name: 'Propose change' })
  await expect(strip).toBeVisible()
  signalDatabase('SIGCONT')

  await expect(strip).toBeHidden()
  await expect(propose).toBeVisible()
  expect(faults).toEqual([])
})

test('what is open when the database hangs stays, closes what writes, and opens again', async ({ browser }) => {
  const page = await signedIn(browser, signIns().editor, '/policies/new?kind=FaultInjection&destination=shop/cart')
  const propose = page.getByRole('button', { name: 'Propose change' })
  await page.getByLabel('Reason').fill('Something to say')
  await expect(propose).toBeEnabled()

  signalDatabase('SIGSTOP')
  await expect(propose).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText(/nothing can be written. It is tried again/).filter({ visible: true })).toBeVisible()
  signalDatabase('SIGCONT')

  await expect(propose).not.toHaveAttribute('aria-disabled', 'true')
})

test('while the live stream is down the pill and, after 15 s, a strip say so; what changes the mesh is closed, and an abort can be pressed and comes through', async ({
  browser,
}) => {
  const { editor, approver } = signIns()
  const page = await signedIn(browser, editor, '/changes')
  const id = await beginFault(page, await signedIn(browser, approver), `disconnected-${Date.now().toString(36)}`)
  await page.clock.install()
  await page.goto(`/changes/${id}`)
  const action = (name: string) => page.getByRole('button', { name, exact: true })
  await expect(action('Pause')).not.toHaveAttribute('aria-disabled', 'true')
  const pill = page.locator('[data-live]')
  await expect(pill).toHaveAttribute('data-live', 'live')
  const writing = await page.context().newPage()
  await writing.goto('/policies/new?kind=FaultInjection&destination=shop/cart')
  await writing.getByLabel('Reason').fill('Something to say')

  process.kill(controlPid(), 'SIGSTOP')
  await expect(pill).toHaveAttribute('data-live', 'disconnected')
  await expect(writing.locator('[data-live]')).toHaveAttribute('data-live', 'disconnected')
  await expect(writing.getByRole('button', { name: 'Propose change' })).toHaveAttribute('aria-disabled', 'true')
  await expect(
    writing.getByText(/live stream is down, so this page may be old/).filter({ visible: true }),
  ).toBeVisible()
  await page.clock.fastForward(15_000)
  const strip = page.getByRole('alert').filter({ hasText: 'The live stream is down' })
  await expect(strip).toBeVisible()
  await expect(action('Pause')).toHaveAttribute('aria-disabled', 'true')
  await expect(action('Promote')).toHaveAttribute('aria-disabled', 'true')
  await expect(action('Roll back')).not.toHaveAttribute('aria-disabled', 'true')
  const faults = await faultsInEveryLook(page)
  await action('Abort').click()
  await page.getByRole('dialog').getByLabel('Reason').fill('Not while nothing can be seen')
  await action('Abort now').click()
  process.kill(controlPid(), 'SIGCONT')

  await expect(page.locator('[data-rollout=aborted]')).toBeVisible({ timeout: 30_000 })
  await expect(pill).toHaveAttribute('data-live', 'live', { timeout: 30_000 })
  await expect(strip).toBeHidden()
  expect(faults).toEqual([])
})

/** Stops or goes on the demo's own PostgreSQL, with all of its processes. */
function signalDatabase(signal: 'SIGSTOP' | 'SIGCONT'): void {
  const file = path.join(process.env.HEDDLE_E2E_DATA ?? '', 'postgres/data/postmaster.pid')
  const postmaster = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
  for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, signal)
}

function childrenOf(parent: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)
}

/** The fourth field of /proc/<pid>/stat; the second one is a name in brackets, which may hold anything. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // It ended in between.
    return undefined
  }
}
