import { NamespaceQuery } from '@heddle/shared/api/queries'
import { Service } from '@heddle/shared/model/service'
import { indexCatalog } from '../../catalog/catalog-index.ts'
import { resolveEndpoints } from '../../catalog/resolve-endpoints.ts'
import { lockHead } from '../../store/lock-head.ts'
import { recordAudit } from '../../store/record-audit.ts'
import { toJson } from '../../store/to-json.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'
import { pageOfAll } from '../page-of-all.ts'

type Named = { Params: { namespace: string; name: string } }

export const catalogRoutes: Routes = (app, { access, store, state }) => {
  app.get('/catalog/services', async (request) => {
    await authenticate(access, request, 'viewer')
    const query = NamespaceQuery.parse(request.query)
    const { catalog } = state.mesh()
    const index = indexCatalog(catalog)
    const rows = catalog.services
      .filter(({ metadata }) => query.namespace === undefined || metadata.namespace === query.namespace)
      .map((object) => {
        const [port] = object.spec.ports
        return { object, endpoints: port === undefined ? 0 : resolveEndpoints(index, object, port).length }
      })
    return pageOfAll(rows, query, state.staleSince())
  })

  app.put<Named>('/catalog/services/:namespace/:name', async (request) => {
    const person = await authenticate(access, request, 'editor')
    const { namespace, name } = request.params
    const service = Service.parse(request.body)
    if (service.metadata.name !== name || (service.metadata.namespace ?? 'default') !== namespace) {
      throw new HttpRefusal('invalid_body', 'the body names another service than the path', { path: '/metadata/name' })
    }
    const object = { ...service, metadata: { ...service.metadata, namespace } }
    await store.transaction(async (tx) => {
      const head = await lockHead(tx)
      const sequence = head.catalogSequence + 1
      const where = { kind_namespace_name: { kind: 'Service', namespace, name } }
      const data = { object: toJson(object), sequence }
      await tx.catalogObject.upsert({ where, update: data, create: { kind: 'Service', namespace, name, ...data } })
      await tx.head.update({ where: { id: 1 }, data: { catalogSequence: sequence } })
      await recordAudit(tx, { actor: person.username, action: 'service.put', subject: `service:${namespace}/${name}` })
    })
    await state.refresh()
    return object
  })

  app.delete<Named>('/catalog/services/:namespace/:name', async (request, reply) => {
    const person = await authenticate(access, request, 'editor')
    const { namespace, name } = request.params
    await store.transaction(async (tx) => {
      const head = await lockHead(tx)
      const { count } = await tx.catalogObject.deleteMany({ where: { kind: 'Service', namespace, name } })
      if (count === 0) throw new HttpRefusal('not_found', `there is no service ${namespace}/${name}`)
      await tx.head.update({ where: { id: 1 }, data: { catalogSequence: head.catalogSequence + 1 } })
      await recordAudit(tx, {
        actor: person.username,
        action: 'service.deleted',
        subject: `service:${namespace}/${name}`,
      })
    })
    await state.refresh()
    return reply.status(204).send()
  })

  app.get('/catalog/workloads', async (request) => {
    await authenticate(access, request, 'viewer')
    const query = NamespaceQuery.parse(request.query)
    const rows = state
      .mesh()
      .catalog.workloads.filter(
        ({ entry }) => query.namespace === undefined || entry.metadata.namespace === query.namespace,
      )
    return pageOfAll(
      rows.map(({ entry, health }) => ({ object: entry, health })),
      query,
      state.staleSince(),
    )
  })
}
