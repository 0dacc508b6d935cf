import type { Page } from '@playwright/test'
import { axeFaults } from './axe.ts'

const height = 900
const looks = [
  { width: 1440, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
  { width: 390, colorScheme: 'dark' },
  { width: 390, colorScheme: 'light' },
] as const

/** The rules of axe that look at colours: all that the other theme can break. */
const colourRules = ['color-contrast', 'link-in-text-block']

/**
 * What is wrong with a page or a state of it, wide and narrow, light and dark: what axe says, and whether it fits the
 * screen. Afterwards it is wide and light again.
 */
export async function faultsInEveryLook(page: Page, isReady: () => Promise<void> = async () => {}): Promise<string[]> {
  const faults: string[] = []
  for (const { width, colorScheme } of looks) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await isReady()
    const where = `${width} px, ${colorScheme}`
    const found = await axeFaults(page, colorScheme === 'light' ? undefined : colourRules)
    faults.push(...found.map((fault) => `${where}: ${fault}`))
    if (await page.evaluate('document.documentElement.scrollWidth > innerWidth')) {
      faults.push(`${where}: ${page.url()} is wider than the screen`)
    }
  }
  await page.setViewportSize({ width: 1440, height })
  await page.emulateMedia({ colorScheme: 'light' })
  return faults
}
