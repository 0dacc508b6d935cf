import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe has against a page as it is now; no rule is off, unless only some are asked for. */
export async function axeFaults(page: Page, rules?: string[]): Promise<string[]> {
  // The other mode opens a page of its own for each run, for frames from elsewhere, which this console never has.
  const axe = new AxeBuilder({ page }).setLegacyMode(true)
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze()
  return violations.map(({ id, nodes }) => `${page.url()}: ${id}: ${nodes[0]?.html.slice(0, 160)}`)
}
