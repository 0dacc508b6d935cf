/**
 * How Node runs a sidecar. Young objects get 8 MB instead of 16: a sidecar stands beside every workload, so its memory
 * counts. Smaller would save nothing at rest, and cost a few percent of its time under load (docs/decisions/0012).
 */
export const proxyFlags = ['--max-semi-space-size=8'] as const
