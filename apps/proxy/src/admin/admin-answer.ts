import type { AdminAnswer, AdminPage } from './start-admin.ts'

export function get(help: string, render: AdminPage['render']): AdminPage {
  return { method: 'GET', help, render }
}

export function post(help: string, render: AdminPage['render']): AdminPage {
  return { method: 'POST', help, render }
}

export function json(value: unknown): AdminAnswer {
  const body = JSON.stringify(
    value,
    (_key, each: unknown) =>
      each instanceof Map ? Object.fromEntries(each) : typeof each === 'bigint' ? Number(each) : each,
    2,
  )
  return { type: 'application/json', body: `${body}\n` }
}

export function plain(body: string): AdminAnswer {
  return { type: 'text/plain', body }
}

export function text(lines: readonly string[]): AdminAnswer {
  return plain(lines.map((line) => `${line}\n`).join(''))
}
