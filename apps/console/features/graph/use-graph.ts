'use client'
import type { Graph, GraphDelta } from '@heddle/shared/api/graph'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { currentGraphQuery, pastGraphQuery } from '#control/graph-queries.ts'
import { useLive } from '#control/live/use-live.ts'
import { usePolling } from '#control/live/use-polling.ts'
import { applyGraphDelta } from './apply-graph-delta.ts'

export type GraphReading = {
  readonly graph: Graph | undefined
  readonly error: Error | null
  readonly retry: () => void
  /** When the newest data came, in milliseconds since the epoch; 0 before. */
  readonly updatedAt: number
  readonly isLive: boolean
}

/** The graph of a scope: live, or averaged over a range of the past when the range does not end now. */
export function useGraph(scope: {
  readonly namespaces: readonly string[]
  readonly from: string
  readonly to: string
}): GraphReading {
  const ns = scope.namespaces.join(',')
  const isLive = scope.to === 'now'
  const [live, setLive] = useState<{ readonly ns: string; readonly graph: Graph; readonly at: number }>()
  const polling = usePolling()
  useLive(
    'graph',
    ns === '' ? {} : { ns },
    {
      onSnap: (data) => setLive({ ns, graph: data as Graph, at: Date.now() }), // the contract of the topic
      onEvent: (data) =>
        setLive((before) =>
          before === undefined || before.ns !== ns
            ? before
            : { ns, graph: applyGraphDelta(before.graph, data as GraphDelta), at: Date.now() },
        ),
    },
    { isEnabled: isLive },
  )
  const current = useQuery({ ...currentGraphQuery(ns), enabled: isLive && polling !== false, refetchInterval: polling })
  const past = useQuery({ ...pastGraphQuery({ ns, from: scope.from, to: scope.to }), enabled: !isLive })
  if (!isLive) {
    return {
      graph: past.data,
      error: past.error,
      retry: () => void past.refetch(),
      updatedAt: past.dataUpdatedAt,
      isLive,
    }
  }
  const fromStream = live?.ns === ns ? live : undefined
  const isPolled = polling !== false && current.dataUpdatedAt > (fromStream?.at ?? 0)
  return {
    graph: isPolled ? current.data : (fromStream?.graph ?? current.data),
    error: fromStream === undefined ? current.error : null,
    retry: () => void current.refetch(),
    updatedAt: isPolled ? current.dataUpdatedAt : (fromStream?.at ?? 0),
    isLive,
  }
}
