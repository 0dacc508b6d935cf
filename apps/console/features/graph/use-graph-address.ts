'use client'
import { usePathname, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

export type GraphAddress = {
  /** Id of the selected node or edge; "" for none. */
  readonly selected: string
  readonly search: string
  readonly view: 'canvas' | 'table'
  readonly idle: 'hide' | 'show'
}

const names = { selected: 'sel', search: 'q', view: 'view', idle: 'idle' } as const
const presets: GraphAddress = { selected: '', search: '', view: 'canvas', idle: 'hide' }

/** What is looked at in the graph stands in the address, so that a link shows the same. Changes need no round trip. */
export function useGraphAddress(): GraphAddress & {
  readonly setAddress: (change: Partial<GraphAddress>, history?: 'push' | 'replace') => void
} {
  const search = useSearchParams()
  const pathname = usePathname()
  const setAddress = useCallback(
    (change: Partial<GraphAddress>, history: 'push' | 'replace' = 'push') => {
      const next = new URLSearchParams(window.location.search)
      for (const key of ['selected', 'search', 'view', 'idle'] as const) {
        const value = change[key]
        if (value === undefined) continue
        if (value === presets[key]) next.delete(names[key])
        else next.set(names[key], value)
      }
      const address = next.size > 0 ? `${pathname}?${next}` : pathname
      if (history === 'push') window.history.pushState(null, '', address)
      else window.history.replaceState(null, '', address)
    },
    [pathname],
  )
  return {
    selected: search.get('sel') ?? '',
    search: search.get('q') ?? '',
    view: search.get('view') === 'table' ? 'table' : 'canvas',
    idle: search.get('idle') === 'show' ? 'show' : 'hide',
    setAddress,
  }
}
