'use client'
import type { UseQueryResult } from '@tanstack/react-query'
import { EmptyState } from '#ui/empty-state.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { ApiProblem } from './api-problem.ts'

/**
 * Draws what a query has: the data, and above it one strip when a refresh failed; without data a skeleton, or why
 * there is none.
 */
export function Answer<Data>({
  query,
  label,
  lines = 4,
  children,
}: {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>
  /** What is being read: "policies". */
  readonly label: string
  readonly lines?: number
  readonly children: (data: Data) => React.ReactNode
}) {
  const { data, error, refetch } = query
  return (
    <>
      {error && !(data !== undefined && isStoreAway(error)) ? (
        <QueryProblem error={error} label={label} onRetry={() => void refetch()} />
      ) : null}
      {data === undefined ? error ? null : <Skeleton lines={lines} label={`Loading ${label}`} /> : children(data)}
    </>
  )
}

/** Above the page a strip says so already, and data of before stays. */
function isStoreAway(error: Error): boolean {
  return error instanceof ApiProblem && error.code === 'store_unavailable'
}

/** A failed question in words; who may not see something learns which, and who to ask. */
export function QueryProblem({
  error,
  label,
  onRetry,
}: {
  readonly error: Error
  readonly label: string
  readonly onRetry?: () => void
}) {
  if (!(error instanceof ApiProblem))
    return <ErrorStrip title={`No ${label}`} detail={error.message} onRetry={onRetry} />
  if (isStoreAway(error)) {
    return (
      <EmptyState
        title={`The ${label} cannot be read now`}
        checks={[
          { isOk: true, text: 'the control plane answers' },
          { isOk: false, text: 'its database does not, and these are kept there only' },
        ]}
      >
        <p className="text-muted">They appear by themselves when it is back.</p>
      </EmptyState>
    )
  }
  const isForbidden = error.status === 403
  const isFinal = error.status < 500
  return (
    <ErrorStrip
      title={isForbidden ? `You may not see the ${label}` : error.status === 404 ? 'Not found' : `No ${label}`}
      detail={[error.message, error.hint].filter(Boolean).join('. ')}
      requestId={error.requestId}
      onRetry={isFinal ? undefined : onRetry}
    />
  )
}
