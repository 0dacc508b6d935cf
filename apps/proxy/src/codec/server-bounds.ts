/** Bounds of a client's connection that nothing configures. */

/** Requests that arrive before their turn wait here at most; then the socket is not read on. */
export const pipelinedBytesMax = 64 * 1024
/** How long a draining connection waits for one more request, to answer it with `connection: close`. */
export const drainIdleMs = 1000
/** A connection that was idle for so long gives back what it remembers of its requests: thousands of them are quiet. */
export const quietMs = 5000
/**
 * How long a client that has ended its side is waited for while nothing goes out to it. Most such clients have closed the
 * connection, which only what is sent to them would tell, and their upstreams work for nobody. Some, as `nc -N`, still read.
 */
export const goneMs = 1000
