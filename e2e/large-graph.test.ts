import { expect, type Page, test } from '@playwright/test'
import { largeMesh, largeNamespace } from './large-mesh.ts'
import { signedIn, signIns } from './people.ts'

/** Twenty pictures a second, drawn by software, at every zoom. */
const frameMsMax = 50

test('two hundred services stay fluid, and nothing moves while all their numbers change', async ({ browser }) => {
  // Registering and removing two hundred services one by one takes its time.
  test.slow()
  const { editor } = signIns()
  const control = process.env.HEDDLE_E2E_CONTROL ?? ''
  await using mesh = await largeMesh(control, editor.username, editor.password)
  await mesh.report()
  const page = await signedIn(browser, editor, `/graph?ns=${largeNamespace}`)
  await expect.poll(() => counts(page), { timeout: 30_000 }).toEqual([mesh.services, mesh.edges])
  await page.waitForFunction('document.fonts.status === "loaded"')

  const before = await standing(page)
  for (let tick = 0; tick < 5; tick++) {
    const numbers = await labels(page)
    await mesh.report()
    await expect.poll(() => labels(page)).not.toBe(numbers)
  }
  expect(await standing(page)).toBe(before)

  // Else the ticks would be counted to whichever pictures they fall between.
  await page.getByRole('button', { name: 'Pause live' }).click()
  const measured: string[] = []
  const slow: string[] = []
  for (const zoom of ['fit', 'half', 'near'] as const) {
    for (const way of ['pan', 'zoom'] as const) {
      const { cpuMs, frames, fps } = await moveFor(page, zoom, way)
      measured.push(`${way} at ${zoom}: ${cpuMs.toFixed(1)} ms a picture, ${fps.toFixed(0)} a second`)
      if (frames < 3 || cpuMs > frameMsMax) slow.push(measured.at(-1) ?? '')
    }
  }
  console.log(measured.join('\n'))

  expect(slow).toEqual([])
})

/** Number of services and edges that are drawn. */
function counts(page: Page): Promise<unknown> {
  return page.evaluate(`(() => { const cy = ${canvas}; return cy ? [cy.nodes().length, cy.edges().length] : [] })()`)
}

/** Where everything stands, the camera too. */
function standing(page: Page): Promise<unknown> {
  return page.evaluate(
    `JSON.stringify([${canvas}.zoom(), ${canvas}.pan(), ${canvas}.nodes().map((n) => [n.id(), n.position()])])`,
  )
}

function labels(page: Page): Promise<unknown> {
  return page.evaluate(`JSON.stringify(${canvas}.nodes().map((n) => n.data('label')))`)
}

/** The drawing library keeps its instance with the element it draws into. */
const canvas = `document.querySelector('[data-graph-canvas]')?._cyreg?.cy`

/**
 * Moves the camera with every picture for two seconds. The time is that of the main thread's own work: on a machine that
 * is busy with other things, pictures come late without our doing.
 */
async function moveFor(page: Page, zoom: 'fit' | 'half' | 'near', way: 'pan' | 'zoom') {
  await page.evaluate(
    `(() => { const cy = ${canvas}; cy.fit(undefined, 40)
      if ('${zoom}' !== 'fit') cy.zoom({ level: '${zoom}' === 'half' ? 0.5 : 1, renderedPosition: { x: 500, y: 300 } }) })()`,
  )
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  }
  const start = await busy()
  const frames = (await page.evaluate(
    `new Promise((resolve) => {
      const cy = ${canvas}; const end = performance.now() + 2000; let frames = 0
      const step = () => {
        if (performance.now() > end) return resolve(frames)
        frames++
        if ('${way}' === 'pan') cy.panBy({ x: Math.sin(frames / 9) * 12, y: Math.cos(frames / 9) * 8 })
        else cy.zoom({ level: cy.zoom() * (1 + Math.sin(frames / 9) * 0.02), renderedPosition: { x: 500, y: 300 } })
        requestAnimationFrame(step)
      }
      requestAnimationFrame(step)
    })`,
  )) as number // counted above
  const cpuMs = ((await busy()) - start) / Math.max(1, frames)
  await session.detach()
  return { cpuMs, frames, fps: frames / 2 }
}
