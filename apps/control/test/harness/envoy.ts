import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type DescMessage, fromBinary, type JsonObject, type JsonValue, toJson } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { anyRegistry } from '../../src/snapshot/any-registry.fixture.ts'
import type { EncodedResource, Snapshot } from '../../src/snapshot/snapshot.ts'

/** A real Envoy that runs a snapshot from a file, its endpoints and routes put in place of their discovery. */
export async function startEnvoy(
  program: string,
  snapshot: Snapshot,
  node: { readonly cluster: string; readonly sourceAddress: string },
): Promise<AsyncDisposable> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-envoy-'))
  const file = path.join(folder, 'bootstrap.json')
  writeFileSync(file, JSON.stringify(staticBootstrap(snapshot, node)))
  const child = spawn(program, ['-c', file, '--concurrency', '1', '--use-dynamic-base-id', '-l', 'info'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true })
  }
  await new Promise<void>((resolve, reject) => {
    let log = ''
    child.stderr.on('data', (part: Buffer) => {
      log += part.toString('utf8')
      if (log.includes('starting main dispatch loop')) resolve()
    })
    child.once('exit', () => reject(new Error(`Envoy refused the snapshot:\n${log}`)))
  }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return { [Symbol.asyncDispose]: stop }
}

function staticBootstrap(
  { sets }: Snapshot,
  node: { readonly cluster: string; readonly sourceAddress: string },
): JsonValue {
  const routes = new Map([...sets.route.values()].map((one) => [one.name, json(RouteConfigurationSchema, one)]))
  const assignments = new Map(
    [...sets.endpoint.values()].map((one) => [one.name, json(ClusterLoadAssignmentSchema, one)]),
  )
  const clusters = [...sets.cluster.values()].map((one) => {
    const { edsClusterConfig, ...cluster } = json(ClusterSchema, one)
    return edsClusterConfig === undefined
      ? cluster
      : { ...cluster, type: 'STATIC', loadAssignment: assignments.get(one.name) ?? null }
  })
  const listeners = [...sets.listener.values()].map((one) => inline(json(ListenerSchema, one), routes))
  return {
    node: { id: node.cluster, cluster: node.cluster },
    clusterManager: { upstreamBindConfig: { sourceAddress: { address: node.sourceAddress, portValue: 0 } } },
    staticResources: { listeners, clusters },
  }
}

/** Puts route configurations where a listener only names them. */
function inline(value: JsonValue, routes: ReadonlyMap<string, JsonObject>): JsonValue {
  if (Array.isArray(value)) return value.map((entry) => inline(entry, routes))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      if (key !== 'rds') return [key, inline(entry, routes)]
      const name =
        typeof entry === 'object' && entry !== null && 'routeConfigName' in entry ? entry.routeConfigName : ''
      return ['routeConfig', routes.get(String(name)) ?? null]
    }),
  )
}

function json(schema: DescMessage, { bytes }: EncodedResource): JsonObject {
  // The JSON of a message is an object, unless the message is a well-known wrapper; resources are none.
  return toJson(schema, fromBinary(schema, bytes), { registry: anyRegistry }) as JsonObject
}
