import { create, type DescMessage, fromBinary } from '@bufbuild/protobuf'
import { NodeSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { allSteps } from '../../apps/proxy/src/clock/all-steps.ts'
import { buildConfig } from '../../apps/proxy/src/config/build-config.ts'
import { DeltaSession } from '../../apps/proxy/src/discovery/delta-session.ts'
import { SotwSession, type TakenVersions } from '../../apps/proxy/src/discovery/sotw-session.ts'
import { adsScope } from '../../apps/proxy/src/discovery/stream-scope.ts'
import { takeUpdate } from '../../apps/proxy/src/discovery/take-update.ts'
import type { Update, XdsSession } from '../../apps/proxy/src/discovery/xds-session.ts'
import {
  type Held,
  type HeldResources,
  messagesOf,
  noResources,
} from '../../apps/proxy/src/resources/held-resources.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { generateResponses, joinResponses, splitResponses } from './generate-responses.ts'
import { mutateBytes } from './mutate-bytes.ts'

const options = { bindAddress: undefined, local: undefined, revision: 'none' }

/**
 * Responses of a control plane in every order, with resources that are broken: each is acknowledged or refused once and by
 * its own nonce, what is refused leaves the last good one in its place, all that is held can be built, and nothing is asked
 * for twice.
 */
export const adsSession: FuzzTarget = {
  name: 'ads-session',
  seeds: [joinResponses('delta', []), joinResponses('sotw', [])],
  generate: (random, known) =>
    random.chance(0.8) ? generateResponses(random) : mutateBytes(random.pick(known), random),
  check(input) {
    const { form, responses } = splitResponses(input)
    const versions: TakenVersions = new Map()
    const newSession = () => {
      const node = create(NodeSchema, { id: 'fuzz' })
      const session = { node, scope: adsScope(), isNodeSaidOnce: true }
      return form === 'delta' ? new DeltaSession(session) : new SotwSession(session, versions)
    }
    let session: XdsSession = newSession()
    let held = noResources
    const ask = form === 'delta' ? DeltaDiscoveryRequestSchema : DiscoveryRequestSchema
    checkRequests(session.open(held), ask)
    for (const bytes of responses) {
      let update: Update | undefined
      try {
        update = allSteps(session.read(bytes, held))
      } catch {
        // No response at all: the stream is given up, and the next one says what there is.
        session = newSession()
        checkRequests(session.open(held), ask)
        continue
      }
      if (update === undefined) continue
      const taken = takeUpdate(held, update, options)
      const answer = taken.nack === undefined ? session.ack(update) : session.nack(update, taken.nack)
      const fault =
        faultOfAnswer(form, bytes, answer, taken.nack) ??
        faultOfHeld(held, taken.held, update) ??
        faultOfConfig(taken.held)
      if (fault !== undefined) return fault
      held = taken.held
      checkRequests(session.subscribe(held), ask)
      if (session.subscribe(held).length > 0) return 'asks twice for the same'
    }
    return undefined
  },
}

/** What is sent can be read again. */
function checkRequests(requests: readonly Uint8Array[], schema: DescMessage): void {
  for (const request of requests) fromBinary(schema, request)
}

function faultOfAnswer(
  form: 'delta' | 'sotw',
  response: Uint8Array,
  answer: Uint8Array,
  nack: string | undefined,
): string | undefined {
  const asked = fromBinary(form === 'delta' ? DeltaDiscoveryResponseSchema : DiscoveryResponseSchema, response)
  const said = fromBinary(form === 'delta' ? DeltaDiscoveryRequestSchema : DiscoveryRequestSchema, answer)
  if (said.responseNonce !== asked.nonce) return `answers nonce "${said.responseNonce}" to "${asked.nonce}"`
  if (said.typeUrl !== asked.typeUrl) return `answers type ${said.typeUrl} to ${asked.typeUrl}`
  if ((said.errorDetail !== undefined) !== (nack !== undefined))
    return 'a refusal without its reason, or a reason without one'
  if (nack === undefined && 'versionInfo' in said && 'versionInfo' in asked && said.versionInfo !== asked.versionInfo) {
    return `acknowledges version "${said.versionInfo}" for "${asked.versionInfo}"`
  }
  return undefined
}

/** Whatever a response brings, each name holds what it held, what came for it, or nothing because it was taken away. */
function faultOfHeld(
  before: HeldResources,
  after: HeldResources,
  { kind, changed, removed }: Update,
): string | undefined {
  const old: ReadonlyMap<string, Held> = before[kind]
  const now: ReadonlyMap<string, Held> = after[kind]
  for (const [name, one] of now) {
    const isKnown = one === old.get(name) || one === changed.get(name)
    const isEmptied = kind === 'assignment' && removed.includes(name)
    if (!isKnown && !isEmptied) return `${kind} "${name}" holds what nobody sent`
  }
  // Clusters and listeners go by being taken away alone; the rest goes with what names it too.
  if (kind !== 'cluster' && kind !== 'listener') return undefined
  for (const name of old.keys()) {
    if (!now.has(name) && !removed.includes(name)) return `${kind} "${name}" is gone, and nobody took it away`
  }
  for (const name of removed) {
    if (now.has(name) && !changed.has(name)) return `${kind} "${name}" was taken away, and is still there`
  }
  return undefined
}

function faultOfConfig(held: HeldResources): string | undefined {
  const { config } = buildConfig(messagesOf(held), options)
  for (const name of held.cluster.keys())
    if (!config.clusters.has(name)) return `cluster "${name}" is held and not built`
  for (const name of held.listener.keys()) {
    if (!config.listeners.has(name)) return `listener "${name}" is held and not built`
  }
  return undefined
}
