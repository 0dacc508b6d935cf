import { expect, test } from '@playwright/test'
import { controlPid } from './control-pid.ts'
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
