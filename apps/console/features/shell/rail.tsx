'use client'
import Link from 'next/link'
import { classNames } from '#ui/class-names.ts'
import { usePlaces } from './use-places.ts'

/** All places, beside the page; narrower where the page needs the room. A small screen has the bottom bar instead. */
export function Rail() {
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 flex h-full w-14 shrink-0 flex-col gap-1 p-2 max-md:hidden min-[1100px]:w-40"
    >
      {usePlaces().map(({ label, path, href, isCurrent, icon: Icon }) => (
        <Link
          key={path}
          href={href}
          aria-current={isCurrent ? 'page' : undefined}
          title={label}
          className={classNames(
            'flex min-h-9 items-center gap-3 rounded-control border-s-2 px-2.5 hover:bg-ground',
            isCurrent ? 'border-accent bg-ground font-semibold text-text' : 'border-transparent text-muted',
          )}
        >
          <Icon aria-hidden className="size-4 shrink-0" />
          <span className="max-[1099px]:sr-only">{label}</span>
        </Link>
      ))}
    </nav>
  )
}
