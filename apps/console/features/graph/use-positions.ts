'use client'
import type { Graph } from '@heddle/shared/api/graph'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { layoutQuery, saveLayout } from '#control/graph-queries.ts'
import { layeredLayout, type Position, type Positions } from './layered-layout.ts'
import { placeNewNodes } from './place-new-nodes.ts'

export type PositionKeeping = {
  /** Undefined until they are known. */
  readonly positions: Positions | undefined
  readonly move: (id: string, position: Position) => void
  readonly tidy: () => void
  /** Undefined when there is nothing to undo. */
  readonly undo: (() => void) | undefined
}

const saveAfterMs = 800

/**
 * Where the nodes of a scope stand. Places change when the reader drags or tidies, never by themselves; who may edit
 * changes them for everybody, who may not for this visit.
 */
export function usePositions(graph: Graph | undefined, scope: string, mayShare: boolean): PositionKeeping {
  const stored = useQuery(layoutQuery(scope))
  const [own, setOwn] = useState<{ readonly scope: string; readonly positions: Positions }>()
  const [before, setBefore] = useState<Positions>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const isKnown = graph !== undefined && !stored.isPending
  const base = own?.scope === scope ? own.positions : (stored.data?.positions ?? {})
  const positions = isKnown
    ? placeNewNodes(
        base,
        graph.nodes.map(({ id }) => id),
        graph.edges,
      )
    : undefined
  // Kept from the first sight on: a node that comes and goes returns to its place.
  useEffect(() => {
    if (positions !== undefined && positions !== base) setOwn({ scope, positions })
  }, [positions, base, scope])

  const change = useCallback(
    (next: Positions) => {
      setOwn({ scope, positions: next })
      if (!mayShare) return
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        // A layout that could not be kept is no reason to disturb anybody: it stays for this visit.
        void saveLayout(scope, { positions: next }).catch(() => undefined)
      }, saveAfterMs)
    },
    [scope, mayShare],
  )
  return {
    positions,
    move: (id, position) => {
      setBefore(positions)
      change({ ...positions, [id]: position })
    },
    tidy: () => {
      if (graph === undefined) return
      setBefore(positions)
      change(
        layeredLayout(
          graph.nodes.map(({ id }) => id),
          graph.edges,
        ),
      )
    },
    undo:
      before === undefined
        ? undefined
        : () => {
            change(before)
            setBefore(undefined)
          },
  }
}
