'use client'
import { whyNot } from '#control/why-not.ts'
import { useSession } from './use-session.ts'

/** Why the reader may not do what hangs on no single object: `propose`, `share-layout`, `comment`. Undefined: they may. */
export function useWhyNot(action: 'propose' | 'share-layout' | 'comment'): string | undefined {
  const session = useSession()
  return session === undefined ? 'It is not known yet who you are' : whyNot(session.capabilities, action)
}
