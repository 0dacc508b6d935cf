/**
 * How Node runs a sidecar. Young objects get 2 MB instead of 16: a sidecar stands beside every workload, so its memory
 * counts more than the few percent of its own time that collecting more often costs (docs/decisions/0012).
 */
export const proxyFlags = ['--max-semi-space-size=2'] as const
