import { expect, type Page, test } from '@playwright/test'
import { largeMesh, largeNamespace } from './large-mesh.ts'
import { signedIn, signIns } from './people.ts'

/** Drawn by software, at every zoom: so much of the main thread for a picture, and so many pictures in a second. */
const cpuMsMax = 30
const fpsMin = 20

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
  for (const zoom of ['fit', 'half', 'near'] as const) {
    for (const way of ['pan', 'zoom'] as const) {
      // Another program that takes the processor makes pictures late, and none makes them early: one good second will do.
      let best = await moveFor(page, zoom, way)
      await expect
        .poll(
          async () => {
            if (best.fps < fpsMin || best.cpuMs > cpuMsMax) best = better(best, await moveFor(page, zoom, way))
            return best.fps >= fpsMin && best.cpuMs <= cpuMsMax ? 'fluid' : wordsOf(zoom, way, best)
          },
          { timeout: 30_000, intervals: [0] },
        )
        .toBe('fluid')
      measured.push(wordsOf(zoom, way, best))
    }
  }
  console.log(measured.join('\n'))
})

type Movement = { readonly cpuMs: number; readonly fps: number }

function better(a: Movement, b: Movement): Movement {
  return { cpuMs: Math.min(a.cpuMs, b.cpuMs), fps: Math.max(a.fps, b.fps) }
}

function wordsOf(zoom: string, way: string, { cpuMs, fps }: Movement): string {
  return `${way} at ${zoom}: ${cpuMs.toFixed(1)} ms a picture, ${fps.toFixed(0)} a second`
}

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
 * Moves the camera with every picture for a second. Measured are the main thread's own work for a picture, and the time
 * from one picture to the next, of which the middle one counts.
 */
async function moveFor(page: Page, zoom: 'fit' | 'half' | 'near', way: 'pan' | 'zoom'): Promise<Movement> {
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
  const intervals = (await page.evaluate(
    `new Promise((resolve) => {
      const cy = ${canvas}; const end = performance.now() + 1000; const intervals = []; let before
      const step = (now) => {
        if (before !== undefined) intervals.push(now - before)
        before = now
        if (performance.now() > end) return resolve(intervals)
        const turn = intervals.length / 9
        if ('${way}' === 'pan') cy.panBy({ x: Math.sin(turn) * 12, y: Math.cos(turn) * 8 })
        else cy.zoom({ level: cy.zoom() * (1 + Math.sin(turn) * 0.02), renderedPosition: { x: 500, y: 300 } })
        requestAnimationFrame(step)
      }
      requestAnimationFrame(step)
    })`,
  )) as readonly number[] // pushed above
  const cpuMs = ((await busy()) - start) / Math.max(1, intervals.length)
  await session.detach()
  const middle = intervals.toSorted((a, b) => a - b)[Math.floor(intervals.length / 2)] ?? Number.POSITIVE_INFINITY
  return { cpuMs, fps: 1000 / middle }
}
