import type { PageBody } from './page-writer.ts'
import type { AdminAnswer, AdminPage } from './start-admin.ts'
import { plainText, streamJson } from './stream-json.ts'

export function get(help: string, render: AdminPage['render']): AdminPage {
  return { method: 'GET', help, render }
}

export function post(help: string, render: AdminPage['render']): AdminPage {
  return { method: 'POST', help, render }
}

export function json(value: unknown): AdminAnswer {
  return { type: 'application/json', body: `${plainText(value)}\n` }
}

/** A page that grows with the mesh. */
export function streamed(type: string, body: PageBody): AdminAnswer {
  return { type, body }
}

/** What `streamed` writes of a value with a `JsonList` in it. */
export function* jsonPage(value: unknown): Generator<string> {
  yield* streamJson(value)
  yield '\n'
}

export function plain(body: string): AdminAnswer {
  return { type: 'text/plain', body }
}

export function text(lines: readonly string[]): AdminAnswer {
  return plain(lines.map((line) => `${line}\n`).join(''))
}
