import { isPolicy, type PolicyObject } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import { Service } from '@heddle/shared/model/service'
import type { ActivePolicy } from '../revisions/apply-edits.ts'
import { objectKey } from '../revisions/read-edits.ts'
import { type ActiveRollout, loadActiveRollout } from '../rollouts/active-rollout.ts'
import type { PolicyVersion } from '../snapshot/mesh-config.ts'
import type { Store } from '../store/open-store.ts'

/** The policies of one revision. */
export type LoadedRevision = {
  readonly revision: number
  readonly versions: readonly PolicyVersion[]
  readonly active: readonly ActivePolicy[]
}

/** What the database says the mesh is. Parts that have not changed stay the same objects: they are cache keys. */
export type LoadedMesh = {
  readonly sequence: number
  readonly services: readonly Service[]
  readonly head: LoadedRevision
  /** What proxies run that a rollout has not reached; undefined: there is none. */
  readonly previous: LoadedRevision | undefined
  readonly rollout: ActiveRollout | undefined
}

const noRevision: LoadedRevision = { revision: 0, versions: [], active: [] }
export const emptyMesh: LoadedMesh = {
  sequence: -1,
  services: [],
  head: { ...noRevision, revision: -1 },
  previous: undefined,
  rollout: undefined,
}

/** The same value when nothing has changed. */
export async function loadMesh({ db }: Store, before: LoadedMesh): Promise<LoadedMesh> {
  const [row, active] = await Promise.all([db.head.findUniqueOrThrow({ where: { id: 1 } }), loadActiveRollout(db)])
  const rollout = sameText(before.rollout, active) ? before.rollout : active
  const isSame =
    row.revision === before.head.revision && row.catalogSequence === before.sequence && rollout === before.rollout
  if (isSame) return before
  const known = [before.head, before.previous]
  const revision = async (number: number): Promise<LoadedRevision> =>
    // A revision never changes, so what is known of it stays.
    known.find((each) => each?.revision === number) ?? loadRevision({ db }, number)
  const services =
    row.catalogSequence === before.sequence
      ? before.services
      : (await db.catalogObject.findMany({ where: { kind: 'Service' } })).map(({ object }) => Service.parse(object))
  return {
    sequence: row.catalogSequence,
    services,
    head: await revision(row.revision),
    previous: rollout === undefined ? undefined : await revision(rollout.previousRevision),
    rollout,
  }
}

async function loadRevision({ db }: Pick<Store, 'db'>, number: number): Promise<LoadedRevision> {
  const rows = await db.objectVersion.findMany({
    where: { validFrom: { lte: number }, OR: [{ validTo: null }, { validTo: { gt: number } }] },
    orderBy: [{ kind: 'asc' }, { namespace: 'asc' }, { name: 'asc' }],
  })
  const versions: PolicyVersion[] = []
  const active: ActivePolicy[] = []
  for (const row of rows) {
    const object = policyOf(row.object)
    versions.push({
      object,
      revision: row.validFrom,
      createdRevision: row.createdRevision,
      activeSince: row.activeSince.getTime(),
    })
    active.push({ key: objectKey(row.kind, row.namespace, row.name), object, yaml: row.yaml })
  }
  return { revision: number, versions, active }
}

function policyOf(value: unknown): PolicyObject {
  const parsed = parseObject(value)
  if (parsed.kind === 'invalid' || !isPolicy(parsed.object))
    throw new Error(`a stored object is not readable: ${JSON.stringify(value).slice(0, 200)}`)
  return parsed.object
}

function sameText(a: ActiveRollout | undefined, b: ActiveRollout | undefined): boolean {
  return textOf(a) === textOf(b)
}

function textOf(rollout: ActiveRollout | undefined): string {
  if (rollout === undefined) return ''
  const { assignments, ...rest } = rollout
  return JSON.stringify([rest, [...assignments.values()]])
}
