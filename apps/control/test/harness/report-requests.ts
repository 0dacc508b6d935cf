/** What the sidecar of one payments instance reports: so many requests, of which so many failed; `labels` are put over the others. */
export async function reportRequests(
  control: string,
  proxyId: string,
  requests: number,
  failed: number,
  labels: Record<string, string> = {},
): Promise<void> {
  const attributes = (of: Record<string, string>) =>
    Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const point = (code: string, count: number) => ({
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    asInt: String(count),
    attributes: attributes({
      reporter: 'destination',
      source_canonical_service: 'web',
      source_workload_namespace: 'shop',
      destination_service_name: 'payments',
      destination_service_namespace: 'shop',
      response_code: code,
      ...labels,
    }),
  })
  const dataPoints = [point('200', requests - failed), point('500', failed)]
  const sum = { aggregationTemporality: 1, isMonotonic: true, dataPoints }
  const body = {
    resourceMetrics: [
      {
        resource: { attributes: attributes({ 'service.instance.id': proxyId }) },
        scopeMetrics: [{ metrics: [{ name: 'istio_requests_total', sum }] }],
      },
    ],
  }
  const headers = { 'content-type': 'application/json' }
  await fetch(`${control}/v1/metrics`, { method: 'POST', headers, body: JSON.stringify(body) })
}
