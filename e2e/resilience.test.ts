import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import { signedIn, signIns } from './people.ts'

test('when the control plane is killed the page says so, traffic goes on, and the graph comes back by itself', async ({
  browser,
}) => {
  const page = await signedIn(browser, signIns().editor, '/graph?view=table')
  const pill = page.locator('[data-live]')
  const web = page.getByRole('row', { name: /outside the mesh → web/ })
  await expect(pill).toHaveAttribute('data-live', 'live')
  await expect(web).toContainText('Healthy', { timeout: 30_000 })

  process.kill(controlPid(), 'SIGKILL')

  await expect(pill).toHaveAttribute('data-live', 'disconnected')
  await expect(page.getByRole('button', { name: 'Retry the live stream' })).toBeVisible()
  await expect(pill).toHaveAttribute('data-live', 'live', { timeout: 30_000 })
  await expect(web).toContainText('Healthy', { timeout: 30_000 })
  await expect(page.getByRole('row', { name: /checkout → payments/ })).toContainText('Healthy', { timeout: 30_000 })
})

/** The control plane among the processes that `npm start` wrote down. */
function controlPid(): number {
  const file = path.join(process.env.HEDDLE_E2E_DATA ?? '', 'pids.json')
  const pids = JSON.parse(readFileSync(file, 'utf8')) as readonly number[]
  const found = pids.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/control/dist/main.js'))
  if (found === undefined) throw new Error(`${file} names no control plane`)
  return found
}
