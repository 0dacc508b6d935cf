import { createRegistry, fromBinary, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { chooseCluster, matchRoute } from '@heddle/engine/route/route-table'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { BootstrapSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { decodeBootstrap } from '../../apps/proxy/src/bootstrap/decode-bootstrap.ts'
import { buildBootstrap } from '../runner/build-bootstrap.ts'
import { readScenarios } from '../runner/read-scenarios.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateMessage } from './mutate-message.ts'
import type { Random } from './random.ts'

const registry = createRegistry(...typedExtensions)
const known = new Map(typedExtensions.map((schema) => [schema.typeName as string, schema] as const))

/** The bootstrap of one scenario, as bytes of protobuf. Those with fields that we do not know are left out. */
const seeds = readScenarios().flatMap((scenario, index) => {
  // Some of every topic: each costs time to begin with.
  if (index % 7 !== 0) return []
  const ports = Object.fromEntries(Object.keys(scenario.upstreams).map((name, at) => [name, 1000 + at]))
  const bootstrap = buildBootstrap(
    [{ scenario, key: 'fuzz', ports, logFile: '/dev/null', certificates: '/dev/null' }],
    9901,
  )
  try {
    return [Buffer.from(toBinary(BootstrapSchema, fromJson(BootstrapSchema, bootstrap as JsonValue, { registry })))]
  } catch {
    return []
  }
})

/**
 * Every bootstrap, and every resource in it, is either built or refused with a reason and a place. What was built decides
 * about requests without throwing.
 */
export const resources: FuzzTarget = {
  name: 'resources',
  seeds,
  generate: (random, inputs) =>
    random.chance(0.9) ? mutated(random, inputs) : mutateBytes(random.pick(inputs), random),
  check(input) {
    let message: ReturnType<typeof parse>
    try {
      message = parse(input)
    } catch {
      // No protobuf at all.
      return undefined
    }
    try {
      const { config } = decodeBootstrap(message)
      for (const table of config.routes.values()) {
        for (const request of requests) {
          const route = matchRoute(table, request, 0.5)
          if (route?.action.kind === 'forward') chooseCluster(route.action, () => 0.5, request)
        }
      }
      return undefined
    } catch (error) {
      if (error instanceof ResourceRejected && error.message.length > 3) return undefined
      throw error
    }
  },
}

function parse(input: Buffer) {
  return fromBinary(BootstrapSchema, input)
}

function mutated(random: Random, inputs: readonly Buffer[]): Buffer {
  const input = random.pick(inputs)
  try {
    const message = parse(input)
    mutateMessage(message, random, known)
    return Buffer.from(toBinary(BootstrapSchema, message))
  } catch {
    return input
  }
}

const requests = ['/', '/api/x', '/%2e', `/${'a'.repeat(3000)}`].map((path) => ({
  method: 'GET',
  path,
  query: 'a=b&c',
  authority: 'shop.test',
  authorityPort: 8080,
  scheme: 'http',
  header: (name: string) => (name === 'x-a' ? 'one,two' : undefined),
  headerValues: (name: string) => (name === 'x-a' ? ['one', 'two'] : []),
}))
