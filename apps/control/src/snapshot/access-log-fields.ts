/** What Envoys call the log from which requests are counted. */
export const accessLogName = 'heddle.access'

/** The headers that our own proxy records too: what a policy may match on and nothing about a person. */
export const recordedHeaders = ['accept', 'content-type', 'user-agent', 'x-request-id', 'x-user-type'] as const
