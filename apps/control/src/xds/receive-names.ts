import type { RequestedNames } from './ads-request.ts'
import type { Answer } from './classify-answer.ts'
import type { ResourceSet } from './resource-set.ts'
import { isWholeStateType } from './resource-type.ts'
import { covers, isUnsure, type Subscription, wasAsked } from './subscription.ts'
import { viewOf, viewVersion } from './view-version.ts'

/** Takes over the names of a request. `wanted`: the set that the stream is to have now. */
export function receiveNames(
  subscription: Subscription,
  answer: Answer,
  names: RequestedNames,
  wanted: ResourceSet,
): void {
  const isFirst = answer.kind === 'subscribe'
  if (names.mode === 'delta') {
    // Also from a stale request: in the delta protocol each request carries a change that is never repeated.
    receiveDeltaNames(subscription, isFirst, names, wanted)
    return
  }
  // A stale request's list is old; the answer to our latest response carries the new one.
  if (answer.kind !== 'stale') receiveSotwNames(subscription, isFirst, names, wanted)
}

type DeltaNames = Extract<RequestedNames, { mode: 'delta' }>
type SotwNames = Extract<RequestedNames, { mode: 'sotw' }>

function receiveDeltaNames(subscription: Subscription, isFirst: boolean, names: DeltaNames, wanted: ResourceSet): void {
  for (const name of names.subscribe) {
    if (name === '*') continue
    subscription.names.add(name)
    // Asked again counts too: a proxy that let go of a name asks for it, though its version is still the same.
    subscription.pending.set(name, wasAsked)
  }
  const asksForAll =
    names.subscribe.includes('*') || (isFirst && names.subscribe.length === 0 && isWholeStateType(subscription.type))
  if (asksForAll) {
    subscription.isWildcard = true
    subscription.owesAnswer = names.initialVersions.size === 0
    for (const name of wanted.keys()) subscription.pending.set(name, wasAsked)
  }
  if (isFirst) keepInitialVersions(subscription, names.initialVersions, wanted)
  for (const name of names.unsubscribe) unsubscribe(subscription, name, wanted)
}

/** A reconnected proxy names what it has: that, and only that, need not be sent again. */
function keepInitialVersions(
  subscription: Subscription,
  versions: ReadonlyMap<string, string>,
  wanted: ResourceSet,
): void {
  if (versions.size > 0) subscription.hasContent = true
  for (const [name, version] of versions) {
    if (!covers(subscription, name)) continue
    const resource = wanted.get(name)
    if (resource?.version === version) subscription.pending.delete(name)
    else subscription.pending.set(name, isUnsure)
  }
}

function unsubscribe(subscription: Subscription, name: string, wanted: ResourceSet): void {
  if (name === '*') {
    subscription.isWildcard = false
    for (const each of subscription.pending.keys()) if (!covers(subscription, each)) subscription.pending.delete(each)
    return
  }
  subscription.names.delete(name)
  subscription.pending.delete(name)
  subscription.rejected.delete(name)
  // Still covered by `*`: the proxy has dropped it and must be told whether it exists.
  if (subscription.isWildcard) subscription.pending.set(name, wanted.has(name) ? wasAsked : isUnsure)
}

function receiveSotwNames(subscription: Subscription, isFirst: boolean, names: SotwNames, wanted: ResourceSet): void {
  const explicit = new Set(names.list)
  const isWhole = isWholeStateType(subscription.type)
  const isWildcard = explicit.delete('*') || (isWhole && explicit.size === 0 && !subscription.hasNamed)
  if (explicit.size > 0) subscription.hasNamed = true

  for (const name of subscription.names) if (!explicit.has(name)) forget(subscription, name)
  let isMore = isWildcard && !subscription.isWildcard
  for (const name of explicit) {
    if (subscription.names.has(name)) continue
    isMore = true
    // An unknown route can only be waited for; see `absentInSotw` for endpoints.
    if (wanted.has(name) || subscription.type === 'endpoint') subscription.pending.set(name, wasAsked)
  }
  subscription.names = explicit
  subscription.isWildcard = isWildcard
  if (isWildcard && isMore) for (const name of wanted.keys()) subscription.pending.set(name, wasAsked)
  if (!isWhole) {
    if (isFirst && names.version !== '') subscription.hasContent = true
    return
  }

  // One response holds everything, so what it lacks does not exist: it is due even when it is empty.
  if (isMore) subscription.owesAnswer = true
  if (!isFirst || names.version === '') return
  subscription.hasContent = true
  // After a reconnect. All of the type was asked for, then as now, so the same version is the same content. Of names this
  // is not certain: a gRPC client that let go of one keeps the version, and asks for that name as if it had never had it.
  if (isWildcard && viewVersion(viewOf(subscription, wanted)) === names.version) {
    subscription.owesAnswer = false
    subscription.pending.clear()
  }
}

function forget(subscription: Subscription, name: string): void {
  subscription.pending.delete(name)
  subscription.rejected.delete(name)
}
