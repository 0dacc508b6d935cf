import type { HttpEdge } from '../config/http-edge.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import { headerName } from '../message/header-name.ts'

const serverName = headerName('server')

/** What the chain says of itself and of the request in every answer; nothing when it says nothing. */
export function signResponse({ server, via, tellsRequestId }: HttpEdge): ResponseFilter[] {
  const signs: ResponseFilter[] = []
  if (server !== undefined) {
    signs.push((_exchange, headers) => {
      if (server.overwrites || !headers.has('server')) headers.setKnown(serverName, server.name)
    })
  }
  if (via !== '') {
    signs.push((_exchange, headers) => {
      const before = headers.get('via')
      headers.set('via', before === undefined ? via : `${before}, ${via}`)
    })
  }
  if (tellsRequestId) {
    signs.push((exchange, headers) => {
      const id = exchange.headers.get('x-request-id')
      if (id !== undefined) headers.set('x-request-id', id)
    })
  }
  return signs
}
