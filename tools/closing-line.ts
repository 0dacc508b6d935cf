import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'

/**
 * One plain line at the end of a run: "N passed, N failed, N skipped", and before it every test that passed only when it was tried again. With
 * `HEDDLE_COUNTS` both go to that file too.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 }
    const unsteady: string[] = []
    for (const module of modules) {
      if (module.errors().length > 0) count.failed++
      for (const test of module.children.allTests()) {
        const { state, errors: thrown } = test.result()
        count[state]++
        if (test.diagnostic()?.flaky === true)
          unsteady.push(`${module.relativeModuleId} > ${test.fullName}: ${thrown?.[0]?.message.split('\n')[0]}`)
      }
    }
    for (const each of unsteady) console.log(`passed at the second try: ${each}`)
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
    const file = process.env.HEDDLE_COUNTS
    if (file !== undefined) writeFileSync(file, JSON.stringify({ ...count, unsteady }))
  }
}
