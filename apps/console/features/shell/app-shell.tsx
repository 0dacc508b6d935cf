'use client'
import dynamic from 'next/dynamic'
import { useCallback, useState } from 'react'
import { useStaleSince } from '#control/stale/use-stale-since.ts'
import { BottomBar } from './bottom-bar.tsx'
import { loadPalette } from './load-palette.ts'
import { Rail } from './rail.tsx'
import { StaleStrip } from './stale-strip.tsx'
import { StreamStrip } from './stream-strip.tsx'
import { TopBar } from './top-bar.tsx'
import { useShortcuts } from './use-shortcuts.ts'

// Loaded when they are first wanted: most pages are read without them.
const CommandPalette = dynamic(loadPalette, { ssr: false })
const ShortcutSheet = dynamic(() => import('./shortcut-sheet.tsx').then((module) => module.ShortcutSheet), {
  ssr: false,
})

/** The frame of every page of the mesh. */
export function AppShell({ children }: { readonly children: React.ReactNode }) {
  const [open, setOpen] = useState<'search' | 'help'>()
  const onSearch = useCallback(() => setOpen('search'), [])
  const onHelp = useCallback(() => setOpen('help'), [])
  const isStale = useStaleSince() !== undefined
  useShortcuts({ onSearch, onHelp })
  const close = (isOpen: boolean) => {
    if (!isOpen) setOpen(undefined)
  }
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-control focus:bg-accent focus:px-3 focus:py-1 focus:text-on-accent"
      >
        Skip to content
      </a>
      <TopBar onSearch={onSearch} />
      <StreamStrip />
      <StaleStrip />
      <div className="flex flex-1">
        <div className="border-line border-e bg-surface max-md:hidden">
          <Rail />
        </div>
        <main
          id="main"
          tabIndex={-1}
          data-stale={isStale || undefined}
          className="flex min-w-0 flex-1 flex-col gap-4 p-4 focus:outline-none max-md:p-3"
        >
          {children}
        </main>
      </div>
      <BottomBar onSearch={onSearch} />
      {open === 'search' ? <CommandPalette onOpenChange={close} /> : null}
      {open === 'help' ? <ShortcutSheet onOpenChange={close} /> : null}
    </div>
  )
}
