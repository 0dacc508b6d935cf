import type { Prisma } from '../generated/prisma/client.ts'

/** A value as the database takes JSON: without what JSON cannot say. */
export function toJson(value: object): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue // plain JSON by construction
}
