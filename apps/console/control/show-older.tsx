'use client'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from '#ui/button.tsx'

/** The way to the next page of a list, below what is there of it. */
export function ShowOlder({
  query,
}: {
  readonly query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>
}) {
  if (!query.hasNextPage) return null
  return (
    <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      Show older
    </Button>
  )
}
