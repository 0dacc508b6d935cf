import type { RouteHandler, ShopService } from './service-handler.ts'

/** The handler of "METHOD /path" with its path parameters; undefined when there is none. */
export function findRoute(
  routes: ShopService['routes'],
  method: string,
  path: string,
): { handler: RouteHandler; params: Record<string, string> } | undefined {
  const wanted = path.split('/')
  for (const [key, handler] of Object.entries(routes)) {
    const space = key.indexOf(' ')
    if (key.slice(0, space) !== method) continue
    const params = matchSegments(key.slice(space + 1).split('/'), wanted)
    if (params) return { handler, params }
  }
  return undefined
}

function matchSegments(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== path.length) return undefined
  const params: Record<string, string> = {}
  for (const [i, segment] of pattern.entries()) {
    const given = path[i] ?? ''
    if (segment.startsWith(':')) params[segment.slice(1)] = given
    else if (segment !== given) return undefined
  }
  return params
}
