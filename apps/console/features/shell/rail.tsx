'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { classNames } from '#ui/class-names.ts'
import { places } from './places.ts'

export function Rail() {
  const pathname = usePathname()
  const scoped = useScopedPath()
  return (
    <nav
      aria-label="Main"
      className="flex shrink-0 gap-1 overflow-x-auto border-line border-b bg-surface p-2 md:w-40 md:flex-col md:border-e md:border-b-0"
    >
      {places.map(({ label, path }) => {
        const isHere = pathname === path || pathname.startsWith(`${path}/`)
        return (
          <Link
            key={path}
            href={scoped(path)}
            aria-current={isHere ? 'page' : undefined}
            className={classNames(
              'flex min-h-8 items-center rounded-control border-s-2 px-3 hover:bg-ground',
              isHere ? 'border-accent bg-ground font-semibold' : 'border-transparent text-muted',
            )}
          >
            {label}
          </Link>
        )
      })}
    </nav>
  )
}
