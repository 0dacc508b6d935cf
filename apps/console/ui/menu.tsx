'use client'
import { DropdownMenu } from 'radix-ui'

export type MenuItem = { readonly label: string; readonly onSelect: () => void; readonly hint?: string }

/** Actions behind one button. */
export function Menu({
  trigger,
  items,
  heading,
}: {
  readonly trigger: React.ReactNode
  readonly items: readonly MenuItem[]
  readonly heading?: React.ReactNode
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-50 min-w-48 rounded-card border border-line bg-raised p-1 shadow-drawer"
        >
          {heading ? <DropdownMenu.Label className="px-2 py-1.5 text-muted">{heading}</DropdownMenu.Label> : null}
          {items.map(({ label, onSelect, hint }) => (
            <DropdownMenu.Item
              key={label}
              onSelect={onSelect}
              className="flex min-h-8 cursor-pointer items-center justify-between gap-4 rounded-control px-2 outline-none data-[highlighted]:bg-accent data-[highlighted]:text-on-accent"
            >
              {label}
              {hint ? <span className="text-meta">{hint}</span> : null}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
