import { signIn } from '../tools/start/mesh-client.ts'

export const largeNamespace = 'large'
const serviceCount = 200
const edgeCount = 750

export type LargeMesh = AsyncDisposable & {
  readonly services: number
  readonly edges: number
  /** Reports requests of every edge, in other numbers each time, as sidecars would. */
  report(): Promise<void>
}

/** Registers 200 services in a namespace of their own, with 750 edges between them, through the API that everybody has. */
export async function largeMesh(controlUrl: string, username: string, password: string): Promise<LargeMesh> {
  const editor = await signIn(controlUrl, username, password)
  const names = Array.from({ length: serviceCount }, (_, place) => `service-${String(place).padStart(3, '0')}`)
  const edges = edgesBetween(names)
  for (const name of names) await editor.call('PUT', pathOf(name), serviceOf(name))
  let round = 0
  return {
    services: serviceCount,
    edges: edges.length,
    async report() {
      round++
      const response = await fetch(`${controlUrl}/v1/metrics`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(reportOf(edges, round)),
      })
      if (!response.ok) throw new Error(`the report was refused: ${response.status} ${await response.text()}`)
    },
    async [Symbol.asyncDispose]() {
      for (const name of names) await editor.call('DELETE', pathOf(name))
    },
  }
}

const pathOf = (name: string) => `/catalog/services/${largeNamespace}/${name}`

function serviceOf(name: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: largeNamespace },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080, protocol: 'TCP', appProtocol: 'http' }] },
  }
}

/** Everybody calls a few of those behind, as a real mesh does: near ones more often than far ones. */
function edgesBetween(names: readonly string[]): readonly (readonly [string, string])[] {
  const found = new Map<string, readonly [string, string]>()
  for (let step = 0; found.size < edgeCount; step++) {
    const from = step % (names.length - 1)
    const to = Math.min(names.length - 1, from + 1 + ((step * step * 7 + step) % 40))
    const [source, target] = [names[from] ?? '', names[to] ?? '']
    found.set(`${source}>${target}`, [source, target])
  }
  return [...found.values()]
}

function reportOf(edges: readonly (readonly [string, string])[], round: number) {
  const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n)
  const points = edges.map(([source, target], place) => ({
    requests: 20 + ((place * 13 + round * 7) % 50),
    attributes: attributesOf({
      reporter: 'source',
      source_workload: source,
      source_workload_namespace: largeNamespace,
      source_canonical_service: source,
      destination_service_name: target,
      destination_service_namespace: largeNamespace,
      request_protocol: 'http',
      // One edge in fifty fails.
      response_code: place % 50 === 0 ? '503' : '200',
      response_flags: '-',
    }),
  }))
  const delta = { aggregationTemporality: 1 }
  const metrics = [
    {
      name: 'istio_requests_total',
      sum: {
        ...delta,
        isMonotonic: true,
        dataPoints: points.map(({ requests, attributes }) => ({ timeUnixNano, attributes, asInt: String(requests) })),
      },
    },
    {
      name: 'istio_request_duration_milliseconds',
      histogram: {
        ...delta,
        dataPoints: points.map(({ requests, attributes }) => ({
          timeUnixNano,
          attributes,
          count: String(requests),
          sum: requests * 8,
          bucketCounts: ['0', String(requests), '0'],
          explicitBounds: [5, 10],
        })),
      },
    },
  ]
  const resource = { attributes: attributesOf({ 'service.instance.id': 'large-1' }) }
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] }
}

function attributesOf(labels: Readonly<Record<string, string>>) {
  return Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } }))
}
