'use client'
import { useEffect, useRef } from 'react'
import { Button } from '#ui/button.tsx'
import { inputClass } from '#ui/input-class.ts'
import type { Camera } from './graph-canvas.tsx'
import type { PositionKeeping } from './use-positions.ts'

type Props = {
  readonly search: string
  readonly onSearch: (text: string) => void
  readonly matches: number | undefined
  readonly problem: string | undefined
  /** Undefined: there is no choice. */
  readonly view: 'canvas' | 'table' | undefined
  readonly onView: (view: 'canvas' | 'table') => void
  readonly camera: Camera | undefined
  readonly keeping: PositionKeeping
}

export function GraphToolbar({ search, onSearch, matches, problem, view, onView, camera, keeping }: Props) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event
      if (target instanceof HTMLElement && target.closest('input, textarea, select, dialog, [role="dialog"]')) return
      if (event.key === '/') {
        event.preventDefault()
        input.current?.focus()
      } else if (view && event.key === 'T' && event.shiftKey) onView(view === 'table' ? 'canvas' : 'table')
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [view, onView])
  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        ref={input}
        type="search"
        aria-label="Find in the graph"
        aria-keyshortcuts="/"
        placeholder="Find: cart, err > 1, p95 > 200"
        className={`${inputClass} w-72! max-md:w-full!`}
        value={search}
        onChange={(event) => onSearch(event.target.value)}
      />
      <span role="status" className={problem ? 'text-warn-text' : 'text-muted'}>
        {problem ?? (matches === undefined ? '' : `${matches} found`)}
      </span>
      <span className="ms-auto flex flex-wrap gap-1">
        {view === 'canvas' ? (
          <>
            <Button size="small" onClick={() => camera?.zoom(1.25)} aria-label="Zoom in">
              +
            </Button>
            <Button size="small" onClick={() => camera?.zoom(0.8)} aria-label="Zoom out">
              −
            </Button>
            <Button size="small" onClick={() => camera?.fit()}>
              Fit
            </Button>
            <Button size="small" onClick={keeping.tidy}>
              Tidy
            </Button>
            {keeping.undo ? (
              <Button size="small" onClick={keeping.undo}>
                Undo move
              </Button>
            ) : null}
          </>
        ) : null}
        {view ? (
          <Button
            size="small"
            aria-pressed={view === 'table'}
            aria-keyshortcuts="Shift+T"
            onClick={() => onView(view === 'table' ? 'canvas' : 'table')}
          >
            Table
          </Button>
        ) : null}
      </span>
    </div>
  )
}
