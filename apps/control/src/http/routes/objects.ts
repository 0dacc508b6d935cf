import { type ObjectDetail, type ObjectSummary, PolicyKind } from '@heddle/shared/api/objects'
import { ObjectQuery, ObjectsQuery } from '@heddle/shared/api/queries'
import { isKind, kinds } from '@heddle/shared/model/any-object'
import { describePolicy } from '@heddle/shared/model/describe-policy'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { jsonSchemaOf } from '@heddle/shared/model/json-schema'
import { hasRole } from '../../access/person.ts'
import type { ActivePolicy } from '../../revisions/apply-edits.ts'
import { pastPolicies } from '../../revisions/past-policies.ts'
import { policyUse } from '../../signals/policy-use.ts'
import { faultExpiry } from '../../snapshot/fault-window.ts'
import { authenticate } from '../authenticate.ts'
import type { HttpContext, Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'
import { pageOfAll } from '../page-of-all.ts'

export const objectRoutes: Routes = (app, context) => {
  const { access, store, state } = context

  const historyOf = async (key: string) => {
    const [kind = '', namespace = '', name = ''] = key.split('/')
    const versions = await store.db.objectVersion.findMany({
      where: { kind, namespace, name },
      orderBy: { validFrom: 'desc' },
      take: 100,
    })
    const revisions = await store.db.revision.findMany({
      where: { number: { in: versions.map(({ validFrom }) => validFrom) } },
    })
    return { versions, revisions: new Map(revisions.map((each) => [each.number, each])) }
  }

  const activeVersions = async () =>
    store.db.objectVersion.findMany({
      where: { validTo: null },
      select: { kind: true, namespace: true, name: true, validFrom: true, changedBy: true, activeSince: true },
    })

  app.get('/objects', async (request) => {
    await authenticate(access, request, 'viewer')
    const query = ObjectsQuery.parse(request.query)
    const policies = query.revision === undefined ? state.policies() : await pastPolicies(store, query.revision)
    const rows = await activeVersions().catch(() => [])
    const facts = new Map(rows.map((row) => [`${row.kind}/${row.namespace}/${row.name}`, row]))
    const use = useIn(context)
    const summaries = policies.map((policy) => ({
      ...summaryOf(policy, facts.get(policy.key)),
      // What is measured is measured of what is active.
      ...(query.revision === undefined ? use(policy.object) : {}),
    }))
    const wanted = summaries.filter(
      ({ kind, namespace, target }) =>
        (query.kind === undefined || kind === query.kind) &&
        (query.namespace === undefined || namespace === query.namespace) &&
        (query.target === undefined || target.includes(query.target)),
    )
    return pageOfAll(wanted, query, state.staleSince())
  })

  app.get<{ Params: { kind: string; namespace: string; name: string } }>(
    '/objects/:kind/:namespace/:name',
    async (request) => {
      const person = await authenticate(access, request, 'viewer')
      const { kind, namespace, name } = request.params
      const { revision } = ObjectQuery.parse(request.query)
      const key = `${PolicyKind.parse(kind)}/${namespace}/${name}`
      const policies = revision === undefined ? state.policies() : await pastPolicies(store, revision)
      const policy = policies.find((each) => each.key === key)
      if (policy === undefined) throw new HttpRefusal('not_found', `there is no ${key}`)
      // The object itself is in memory; its history is not.
      const { versions, revisions } = await historyOf(key).catch((error: unknown) => {
        if (state.staleSince() === undefined) throw error
        return { versions: [], revisions: new Map<number, never>() }
      })
      const current = versions.find(({ validTo }) => validTo === null)
      return {
        summary: { ...summaryOf(policy, current), ...(revision === undefined ? useIn(context)(policy.object) : {}) },
        object: policy.object as ObjectDetail['object'],
        yaml: policy.yaml,
        history: versions.map(({ validFrom, createdRevision, activeSince, changedBy }) => {
          const made = revisions.get(validFrom)
          return {
            revision: validFrom,
            ...(made?.changeId ? { changeId: made.changeId } : {}),
            title: made?.title ?? '',
            author: changedBy,
            at: activeSince.toISOString(),
            action: validFrom === createdRevision ? ('created' as const) : ('updated' as const),
          }
        }),
        capabilities: hasRole(person, 'editor')
          ? { can: ['edit', 'delete'], cannot: {} }
          : { can: [], cannot: { edit: notEditor, delete: notEditor } },
      } satisfies ObjectDetail
    },
  )

  app.get('/schemas', async (request) => {
    await authenticate(access, request, 'viewer')
    return { kinds: Object.keys(kinds) }
  })

  app.get<{ Params: { kind: string } }>('/schemas/:kind', async (request) => {
    await authenticate(access, request, 'viewer')
    const { kind } = request.params
    if (!isKind(kind)) throw new HttpRefusal('not_found', `there is no kind ${kind}`)
    return jsonSchemaOf(kind)
  })
}

function useIn({ state, proxies, telemetry }: HttpContext) {
  const { signals, policies } = telemetry
  return policyUse({ mesh: state.mesh(), proxies: proxies.all(), signals, policies })
}

const notEditor = { reason: 'role', message: 'this needs the role editor', who: ['editor'] }

function summaryOf(
  { key, object }: ActivePolicy,
  facts: { validFrom: number; changedBy: string; activeSince: Date } | undefined,
): ObjectSummary {
  const [kind = '', namespace = '', name = ''] = key.split('/')
  return {
    kind,
    namespace,
    name,
    ...describePolicy(object),
    revision: facts?.validFrom ?? 0,
    changedBy: facts?.changedBy ?? '',
    changedAt: (facts?.activeSince ?? new Date(0)).toISOString(),
    ...(object.kind === 'FaultInjection' && facts !== undefined ? { endsAt: endOf(object, facts.activeSince) } : {}),
  }
}

function endOf(object: FaultInjection, activeSince: Date): string {
  return new Date(faultExpiry({ object, activeSince: activeSince.getTime() })).toISOString()
}
