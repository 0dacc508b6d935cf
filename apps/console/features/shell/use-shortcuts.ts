'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { loadPalette } from './load-palette.ts'
import { places } from './places.ts'

/** The second key must come this soon after `g`. */
const chordMs = 1_000

/** `g` and a letter goes to a place, ⌘K searches, `?` lists the keys. Silent while somebody types. */
export function useShortcuts({ onSearch, onHelp }: { readonly onSearch: () => void; readonly onHelp: () => void }) {
  const router = useRouter()
  const scoped = useScopedPath()
  const chordAt = useRef(0)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        return onSearch()
      }
      // The first half of ⌘K.
      if (event.key === 'Meta' || event.key === 'Control') void loadPalette()
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return
      const isChord = Date.now() - chordAt.current < chordMs
      chordAt.current = 0
      const place = isChord ? places.find(({ key }) => key === event.key) : undefined
      if (place) {
        event.preventDefault()
        router.push(scoped(place.path))
      } else if (event.key === 'g') chordAt.current = Date.now()
      else if (event.key === '?') onHelp()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [router, scoped, onSearch, onHelp])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, dialog, [role="dialog"], [role="menu"]') !== null)
  )
}
