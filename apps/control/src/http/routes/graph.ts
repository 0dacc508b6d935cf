import { Layout } from '@heddle/shared/api/graph'
import { GraphQuery } from '@heddle/shared/api/queries'
import { z } from 'zod'
import { liveGraph, pastGraph } from '../../signals/read-graph.ts'
import { readRange } from '../../signals/time-range.ts'
import { isUnreachable } from '../../store/open-store.ts'
import { toJson } from '../../store/to-json.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'

const Scope = z.string().regex(/^[a-z0-9][a-z0-9.,-]{0,199}$/)
const positionsMax = 5000
const rememberedMax = 200

export const graphRoutes: Routes = (app, context) => {
  const { access, store } = context
  const remembered = new Map<string, Layout>()
  const remember = (scope: string, layout: Layout) => {
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(scope, layout)
    return layout
  }
  app.get('/graph', async (request) => {
    await authenticate(access, request, 'viewer')
    const { ns, from, to } = GraphQuery.parse(request.query)
    const namespaces = ns === undefined || ns === '' ? undefined : new Set(ns.split(','))
    if (from === undefined) return liveGraph(context, namespaces)
    const range = readRange({ from, to }, context.telemetry.signals.now())
    return pastGraph(context, store, range, namespaces)
  })

  app.get<{ Params: { scope: string } }>('/layouts/:scope', async (request) => {
    await authenticate(access, request, 'viewer')
    const scope = Scope.parse(request.params.scope)
    const known = remembered.get(scope)
    if (known !== undefined && access.isStoreAway()) return known
    try {
      const row = await store.db.layout.findUnique({ where: { scope } })
      return remember(scope, Layout.parse({ positions: row?.positions ?? {} }))
    } catch (error) {
      // While the database is away everybody keeps standing where they stood when it was last read.
      if (known === undefined || !isUnreachable(error)) throw error
      return known
    }
  })

  app.put<{ Params: { scope: string } }>('/layouts/:scope', async (request) => {
    const person = await authenticate(access, request, 'editor')
    const scope = Scope.parse(request.params.scope)
    const layout = Layout.parse(request.body)
    if (Object.keys(layout.positions).length > positionsMax) {
      throw new HttpRefusal('invalid_body', `a layout has at most ${positionsMax} nodes`, { path: '/positions' })
    }
    const written = { positions: toJson(layout.positions), updatedBy: person.username }
    await store.db.layout.upsert({ where: { scope }, update: written, create: { scope, ...written } })
    return remember(scope, layout)
  })
}
