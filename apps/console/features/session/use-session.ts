'use client'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '#control/session-queries.ts'

/** Who is signed in; undefined until it is known. What they may do, only the control plane's capabilities say. */
export function useSession() {
  return useQuery(sessionQuery).data
}
