/**
 * Node's HTTP library without its fetch: an `import` of 'node:http' reads every export, and `WebSocket` among them loads
 * all of undici, 10 MiB that a sidecar would carry for nothing (docs/decisions/0012).
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http')
