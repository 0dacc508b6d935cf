'use client'
import { usePathname } from 'next/navigation'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { type Place, places } from './places.ts'

/** A place as it stands in a navigation: where it leads with the reader's scope, and whether the reader is there. */
export type PlaceLink = Place & { readonly href: string; readonly isCurrent: boolean }

export function usePlaces(): readonly PlaceLink[] {
  const pathname = usePathname()
  const scoped = useScopedPath()
  return places.map((place) => ({
    ...place,
    href: scoped(place.path),
    // What belongs to a place counts as that place.
    isCurrent: pathname === place.path || pathname.startsWith(`${place.path}/`),
  }))
}
