'use client'
import { useSearchParams } from 'next/navigation'
import { useCallback } from 'react'

/**
 * One parameter of the address, so that a link, a reload and the way back show the same. What it is without being asked
 * for stays out of the address. Typing replaces the address, or the way back would lead letter by letter.
 */
export function useUrlParam(name: string, preset = ''): [string, (value: string) => void] {
  const value = useSearchParams().get(name) ?? preset
  const setValue = useCallback(
    (next: string) => {
      const search = new URLSearchParams(window.location.search)
      if (next === preset) search.delete(name)
      else search.set(name, next)
      const { pathname } = window.location
      window.history.replaceState(null, '', search.size > 0 ? `${pathname}?${search}` : pathname)
    },
    [name, preset],
  )
  return [value, setValue]
}
