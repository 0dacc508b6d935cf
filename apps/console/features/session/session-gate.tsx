'use client'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { LiveProvider } from '#control/live/live-provider.tsx'
import { useLiveState } from '#control/live/use-live-state.ts'
import { sessionQuery } from '#control/session-queries.ts'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { goToSignIn } from './go-to-sign-in.ts'

/** Shows the mesh to who is signed in. Whoever is not is sent to sign in by the query client. */
export function SessionGate({ children }: { readonly children: React.ReactNode }) {
  const { data, error, refetch } = useQuery(sessionQuery)
  if (data) {
    return (
      <LiveProvider>
        <SignedOutWatch />
        {children}
      </LiveProvider>
    )
  }
  return (
    <main className="p-8">
      <h1 className="sr-only">Heddle</h1>
      {error ? (
        <ErrorStrip title="Heddle cannot be read" detail={error.message} onRetry={() => void refetch()} />
      ) : (
        <Skeleton label="Checking who is signed in" />
      )}
    </main>
  )
}

/** A session that ends while the page stands open is told by the live stream first. */
function SignedOutWatch() {
  const { kind } = useLiveState()
  useEffect(() => {
    if (kind === 'signed-out') goToSignIn()
  }, [kind])
  return null
}
