'use client'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'
import { useCallback } from 'react'
import { readScope, type Scope, scopeOnly, writeScope } from './scope.ts'

/** The scope of the address, and a way to change it that leaves a step in the history. */
export function useScope(): Scope & { readonly setScope: (scope: Partial<Scope>) => void } {
  const search = useSearchParams()
  const pathname = usePathname()
  const router = useRouter()
  const setScope = useCallback(
    (scope: Partial<Scope>) => {
      const next = writeScope(new URLSearchParams(search), scope)
      router.push(next.size > 0 ? `${pathname}?${next}` : pathname, { scroll: false })
    },
    [search, pathname, router],
  )
  return { ...readScope(new URLSearchParams(search)), setScope }
}

/** Turns a path into one that keeps the reader's scope. */
export function useScopedPath(): (path: string) => string {
  const search = useSearchParams()
  const kept = scopeOnly(new URLSearchParams(search)).toString()
  return useCallback((path) => (kept === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${kept}`), [kept])
}
