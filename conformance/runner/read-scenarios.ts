import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseDocument } from 'yaml'
import { type Scenario, scenarioFile } from './scenario.ts'

const folder = path.resolve(import.meta.dirname, '../scenarios')

/** Every scenario, in the order of the files' names. Throws with the place of what is wrong in one. */
export function readScenarios(): Scenario[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
  return files.sort().flatMap((file) => {
    const document = parseDocument(readFileSync(path.join(folder, file), 'utf8'), { uniqueKeys: true })
    const [error] = document.errors
    if (error) throw new Error(`${file}: ${error.message}`)
    const raw = document.toJS() as { scenarios?: { name?: string }[] }
    const result = scenarioFile.safeParse(raw)
    if (!result.success) {
      const [issue] = result.error.issues
      const at = issue?.path ?? []
      const name = at[0] === 'scenarios' ? raw.scenarios?.[Number(at[1])]?.name : undefined
      throw new Error(`${file}: ${at.join('.')} ${name ? `("${name}")` : ''}: ${JSON.stringify(issue)}`)
    }
    const { topic, scenarios } = result.data
    return scenarios.map((each, index) => ({ ...each, topic, id: `${file.replace('.yaml', '')}-${index + 1}` }))
  })
}
