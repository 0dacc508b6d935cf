import { randomInt } from 'node:crypto'

/**
 * A loopback address of this run alone: ports on 127.0.0.1 change hands between the programs of a machine, and what
 * somebody else still sends to one of ours would be taken for the proxy's.
 */
export const loopback = `127.77.${randomInt(1, 255)}.${randomInt(1, 255)}`
