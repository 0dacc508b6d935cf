import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiProblem } from './api-problem.ts'

/** Retries 1-2-4-8 s, then stops: what a person should do something about must not look as if it were on its way. */
const retriesMax = 4

/** The cache of answers. `onSignedOut` runs whenever the control plane no longer knows who asks. */
export function queryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (isSignedOut(error)) onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        refetchIntervalInBackground: false,
        // The control plane is local to the browser's network; `navigator.onLine` says nothing about it.
        networkMode: 'always',
        retry: (failures, error) => failures < retriesMax && !isFinal(error),
        retryDelay: (failures) => 1000 * 2 ** failures,
      },
      mutations: {
        networkMode: 'always',
        retry: false,
        onError: (error) => {
          if (isSignedOut(error)) onSignedOut()
        },
      },
    },
  })
}

/** A refusal stays one. What waits for the database is read again when it is back, so asking on says nothing new. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status < 500 || error.code === 'store_unavailable')
}

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'unauthenticated'
}
