'use client'
import { usePathname, useRouter, useSearchParams } from 'next/navigation'

/** Which part of a page is shown, kept in the address as `tab`; the first one is left out of it. */
export function useUrlTab<Name extends string>(names: readonly [Name, ...Name[]]): [Name, (name: Name) => void] {
  const search = useSearchParams()
  const pathname = usePathname()
  const router = useRouter()
  const wanted = search.get('tab')
  const [first] = names
  const active = names.find((name) => name === wanted) ?? first
  const setTab = (name: Name) => {
    const next = new URLSearchParams(search)
    if (name === first) next.delete('tab')
    else next.set('tab', name)
    router.push(next.size > 0 ? `${pathname}?${next}` : pathname, { scroll: false })
  }
  return [active, setTab]
}
