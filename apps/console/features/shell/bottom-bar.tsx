'use client'
import { Menu as MenuIcon, Search } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { classNames } from '#ui/class-names.ts'
import { Menu } from '#ui/menu.tsx'
import { usePlaces } from './use-places.ts'

const cell = 'flex min-h-12 flex-1 flex-col items-center justify-center gap-0.5 text-meta'

/** Where a thumb reaches on a small screen: the places that are looked at in a hurry, the search, and the rest. */
export function BottomBar({ onSearch }: { readonly onSearch: () => void }) {
  const router = useRouter()
  const places = usePlaces()
  const [near, far] = [places.filter(({ isNear }) => isNear), places.filter(({ isNear }) => !isNear)]
  return (
    <nav
      aria-label="Main"
      className="sticky bottom-0 z-30 flex border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {near.map(({ label, path, href, isCurrent, icon: Icon }) => (
        <Link
          key={path}
          href={href}
          aria-current={isCurrent ? 'page' : undefined}
          className={classNames(cell, isCurrent ? 'font-semibold text-accent-text' : 'text-muted')}
        >
          <Icon aria-hidden className="size-5" />
          {label}
        </Link>
      ))}
      <button type="button" className={classNames(cell, 'text-muted')} onClick={onSearch}>
        <Search aria-hidden className="size-5" />
        Search
      </button>
      <div className="flex flex-1 justify-center">
        <Menu
          label="More places"
          side="above"
          trigger={
            <span className="flex flex-col items-center gap-0.5 text-meta text-muted">
              <MenuIcon aria-hidden className="size-5" />
              More
            </span>
          }
          items={far.map(({ label, href }) => ({ label, onSelect: () => router.push(href) }))}
        />
      </div>
    </nav>
  )
}
