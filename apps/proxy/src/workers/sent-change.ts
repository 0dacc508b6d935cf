import type { ResourceKind } from '../config/build-config.ts'
import { type HeldResources, kinds } from '../resources/held-resources.ts'

/** Resources as they travel between processes: their bytes, so that each process decodes for itself. */
export type SentResource = {
  readonly kind: ResourceKind
  readonly name: string
  readonly version: string
  readonly bytes: Uint8Array
}

/** What the leader of the workers has taken since it told them last. */
export type SentChange = {
  /** All there is, in the place of whatever was sent before: the leader is new. */
  readonly isWhole: boolean
  readonly changed: readonly SentResource[]
  readonly removed: readonly Pick<SentResource, 'kind' | 'name'>[]
}

/** `before`: undefined when nothing has been sent yet. */
export function sentChange(before: HeldResources | undefined, after: HeldResources): SentChange {
  return {
    isWhole: before === undefined,
    changed: kinds.flatMap((kind) =>
      [...after[kind]].flatMap(([name, one]) => {
        const { version, bytes } = one
        return before?.[kind].get(name) === one ? [] : [{ kind, name, version, bytes }]
      }),
    ),
    removed: kinds.flatMap((kind) =>
      [...(before?.[kind].keys() ?? [])].flatMap((name) => (after[kind].has(name) ? [] : [{ kind, name }])),
    ),
  }
}
