import { RolloutPlan, RolloutState } from '@heddle/shared/api/rollouts'
import { toJson } from '../store/to-json.ts'
import type { Tx } from '../store/tx.ts'
import type { Rollout } from './rollout.ts'

/** A rollout as it is stored: the rules' value, what it rolls out, and who is in which stage. */
export type StoredRollout = {
  readonly id: string
  readonly changeId: string
  /** 0 while it waits. */
  readonly revision: number
  readonly previousRevision: number
  /** The revision with the old content, once it is taken back. */
  readonly restoringRevision: number | undefined
  readonly plan: RolloutPlan
  readonly rollout: Rollout
  readonly createdAt: Date
  readonly startedAt: Date | undefined
  readonly finishedAt: Date | undefined
}

/** One that decides now what proxies run. */
export type ActiveRollout = StoredRollout & { readonly assignments: ReadonlyMap<string, Assignment> }

export type Assignment = {
  readonly proxyId: string
  readonly namespace: string
  readonly service: string
  /** The first stage that it belongs to. */
  readonly stageIndex: number
  /** False: the revision changes nothing for it. */
  readonly isAffected: boolean
}

/** While a rollout is in one of these, no other one starts. */
export const activeStates = ['rolling', 'paused', 'rolling_back'] as const satisfies readonly RolloutState[]

type Row = Awaited<ReturnType<Tx['rollout']['findUniqueOrThrow']>>

export function readRollout(row: Row): StoredRollout {
  const progress = row.progress as unknown as Omit<Rollout, 'state'> // written by `writeProgress` below
  return {
    id: row.id,
    changeId: row.changeId,
    revision: row.revision,
    previousRevision: row.previousRevision,
    restoringRevision: row.restoringRevision ?? undefined,
    plan: RolloutPlan.parse(row.plan),
    rollout: { ...progress, state: RolloutState.parse(row.state) },
    createdAt: row.createdAt,
    startedAt: row.startedAt ?? undefined,
    finishedAt: row.finishedAt ?? undefined,
  }
}

/** The columns that hold the rules' value. */
export function writeProgress({ state, ...progress }: Rollout) {
  return { state, progress: toJson(progress) }
}

export async function loadActiveRollout(tx: Pick<Tx, 'rollout'>): Promise<ActiveRollout | undefined> {
  const row = await tx.rollout.findFirst({
    where: { state: { in: [...activeStates] } },
    include: { assignments: { orderBy: { proxyId: 'asc' } } },
    orderBy: { createdAt: 'asc' },
  })
  if (row === null) return undefined
  const assignments = new Map(row.assignments.map((each): [string, Assignment] => [each.proxyId, each]))
  return { ...readRollout(row), assignments }
}
