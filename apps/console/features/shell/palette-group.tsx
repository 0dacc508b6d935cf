'use client'
import { Command } from 'cmdk'

/** What is of one kind, under its name. */
export function PaletteGroup({ heading, children }: { readonly heading: string; readonly children: React.ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  )
}

/** One way to go on; it is found by any part of its value. */
export function PaletteItem({
  value,
  onSelect,
  children,
}: {
  readonly value: string
  readonly onSelect: () => void
  readonly children: React.ReactNode
}) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-8 cursor-pointer items-center gap-1 rounded-control px-2 data-[selected=true]:bg-accent data-[selected=true]:text-on-accent"
    >
      {children}
    </Command.Item>
  )
}
