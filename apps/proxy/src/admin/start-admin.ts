import type { IncomingMessage, ServerResponse } from 'node:http'
import type { StringMatcher } from '@heddle/engine/match/string-matcher'
import { createServer } from '../net/http-library.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import { refusedQuestion } from './admin-access.ts'
import { type PageBody, PageWriter } from './page-writer.ts'

/** One page of the admin port. */
export type AdminPage = {
  readonly method: 'GET' | 'POST'
  readonly help: string
  /** Where the path has no query, one may come in the body, as of a form. */
  readonly readsForm?: boolean
  readonly render: (query: URLSearchParams) => AdminAnswer | Promise<AdminAnswer>
}

export type AdminAnswer = { readonly status?: number; readonly type: string; readonly body: string | PageBody }

export type Admin = AsyncDisposable & { readonly address: SocketAddress }

/**
 * The admin port. It tells, it drains and it sets values of the runtime; it changes no configuration. `allowed` are the only
 * paths it answers, when there are any. `pagesFor` gives the pages that a path may be found among.
 */
export async function startAdmin(
  address: SocketAddress,
  allowed: readonly StringMatcher[],
  pagesFor: (path: string) => ReadonlyMap<string, AdminPage> | Promise<ReadonlyMap<string, AdminPage>>,
): Promise<Admin> {
  const writer = new PageWriter()
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    // A second question mark belongs to the query, as of a regular expression.
    const target = request.url ?? '/'
    const [path = '/', ...queries] = target.split('?')
    const search = queries.join('?')
    const pages = await pagesFor(path)
    const page = pages.get(path)
    const { headers } = request
    const peer = address.kind === 'tcp' ? request.socket.remoteAddress : undefined
    const refused = refusedQuestion({ target, path, host: headers.host, origin: headers.origin, peer }, allowed)
    const result: AdminAnswer =
      refused !== undefined
        ? { status: 403, type: 'text/plain', body: refused }
        : page === undefined
          ? unknownPage(path, pages)
          : page.method === 'POST' && request.method !== 'POST'
            ? { status: 405, type: 'text/plain', body: `Method ${request.method} not allowed, POST required.` }
            : await page.render(
                page.readsForm === true && search === '' ? await readForm(request) : new URLSearchParams(search),
              )
    const { status = 200, type, body } = result
    const begin = () =>
      response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' })
    if (typeof body === 'string') begin().end(body)
    else if (request.method === 'HEAD') begin().end()
    else await writer.write(response, body, begin)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // Half a page must not look like a whole one.
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    if (address.kind === 'unix') server.listen({ path: address.path }, resolve)
    else server.listen({ host: address.host, port: address.port }, resolve)
  })
  const bound = server.address()
  return {
    address:
      bound !== null && typeof bound === 'object' ? { kind: 'tcp', host: bound.address, port: bound.port } : address,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** What comes as a form, or else nothing. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) {
    return new URLSearchParams()
  }
  let text = ''
  for await (const part of request.setEncoding('utf8')) {
    text += part
    if (text.length > formLengthMax) throw new Error(`the form is longer than ${formLengthMax}`)
  }
  return new URLSearchParams(text)
}

const formLengthMax = 1024 * 1024

function unknownPage(path: string, pages: ReadonlyMap<string, AdminPage>): AdminAnswer {
  const help = helpOf(pages)
  if (path === '/') return { type: 'text/plain', body: help }
  return { status: 404, type: 'text/plain', body: `invalid path. ${help}` }
}

/** As Envoy's `/help`. */
export function helpOf(pages: ReadonlyMap<string, AdminPage>): string {
  const lines = [...pages].map(
    ([path, { method, help }]) => `  ${path}${method === 'POST' ? ' (POST)' : ''}: ${help}\n`,
  )
  return `admin commands are:\n${lines.join('')}`
}
