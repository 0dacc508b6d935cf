'use client'
import { Dialog } from '#ui/dialog.tsx'
import { Kbd } from '#ui/kbd.tsx'
import { places } from './places.ts'

type Props = { readonly onOpenChange: (isOpen: boolean) => void }

export function ShortcutSheet({ onOpenChange }: Props) {
  return (
    <Dialog title="Keyboard shortcuts" isOpen onOpenChange={onOpenChange}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        <Shortcut keys={['⌘', 'K']} text="Search services, policies, changes, proxies, request ids and pages" />
        <Shortcut keys={['?']} text="This list" />
        {places.map(({ key, label, question }) => (
          <Shortcut key={key} keys={['g', key]} text={`${label}: ${question}`} />
        ))}
        <Shortcut keys={['Esc']} text="Close what is open" />
      </dl>
    </Dialog>
  )
}

function Shortcut({ keys, text }: { readonly keys: readonly string[]; readonly text: string }) {
  return (
    <>
      <dt className="flex gap-1">
        {keys.map((key, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: `g g` has the same key twice, and the list never changes
          <Kbd key={place}>{key}</Kbd>
        ))}
      </dt>
      <dd>{text}</dd>
    </>
  )
}
