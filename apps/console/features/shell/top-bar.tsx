'use client'
import Link from 'next/link'
import { NamespacePicker } from '#features/scope/namespace-picker.tsx'
import { TimeRangePicker } from '#features/scope/time-range-picker.tsx'
import { UserMenu } from '#features/session/user-menu.tsx'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { Kbd } from '#ui/kbd.tsx'
import { LivePill } from './live-pill.tsx'
import { loadPalette } from './load-palette.ts'
import { ThemeToggle } from './theme-toggle.tsx'

/** Scope, time, live state, search, theme and user: the same on every page. */
export function TopBar({ onSearch }: { readonly onSearch: () => void }) {
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b bg-surface px-3 py-1.5 max-md:gap-x-2 max-md:px-2">
      {/* A small screen needs the room, and has the graph in its bar. */}
      <Link href={paths.graph()} className="me-2 font-semibold text-section max-md:hidden">
        Heddle
      </Link>
      <NamespacePicker />
      <TimeRangePicker />
      <LivePill />
      <div className="ms-auto flex items-center gap-1">
        <Button
          className="max-md:hidden"
          onClick={onSearch}
          onPointerEnter={() => void loadPalette()}
          onFocus={() => void loadPalette()}
          aria-keyshortcuts="Control+K Meta+K"
        >
          Search <Kbd>⌘K</Kbd>
        </Button>
        <ThemeToggle />
        <UserMenu />
      </div>
    </header>
  )
}
