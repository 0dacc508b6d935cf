import { PageQuery } from '@heddle/shared/api/page'
import { z } from 'zod'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { pageOfAll } from '../page-of-all.ts'

const Query = PageQuery.extend({
  namespace: z.string().max(63).optional(),
  service: z.string().max(253).optional(),
  state: z.string().max(32).optional(),
})

export const proxyRoutes: Routes = (app, { access, proxies }) => {
  app.get('/proxies', async (request) => {
    await authenticate(access, request, 'viewer')
    const query = Query.parse(request.query)
    const wanted = proxies
      .list()
      .filter(
        (proxy) =>
          (query.namespace === undefined || proxy.namespace === query.namespace) &&
          (query.service === undefined || proxy.service === query.service) &&
          (query.state === undefined || proxy.state === query.state),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    return pageOfAll(wanted, query)
  })
}
