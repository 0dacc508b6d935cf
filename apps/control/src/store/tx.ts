import type { Prisma } from '../generated/prisma/client.ts'

/** A transaction; every function of `store/` takes one or the whole client. */
export type Tx = Prisma.TransactionClient
