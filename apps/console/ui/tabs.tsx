'use client'
import { Tabs as Radix } from 'radix-ui'

export type Tab<Name extends string> = {
  readonly name: Name
  readonly label: React.ReactNode
  readonly content: React.ReactNode
}

/** Parts of one page, one shown at a time; the caller keeps which, mostly in the address. */
export function Tabs<Name extends string>({
  label,
  tabs,
  active,
  onChange,
}: {
  readonly label: string
  readonly tabs: readonly Tab<Name>[]
  readonly active: Name
  readonly onChange: (name: Name) => void
}) {
  return (
    <Radix.Root
      value={active}
      onValueChange={(value) => {
        const tab = tabs.find(({ name }) => name === value)
        if (tab) onChange(tab.name)
      }}
      className="flex flex-col gap-4"
    >
      <Radix.List aria-label={label} className="flex gap-1 overflow-x-auto border-line border-b">
        {tabs.map(({ name, label: text }) => (
          <Radix.Trigger
            key={name}
            value={name}
            className="-mb-px min-h-9 whitespace-nowrap border-transparent border-b-2 px-3 text-muted data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-text"
          >
            {text}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ name, content }) => (
        <Radix.Content key={name} value={name} className="flex flex-col gap-4">
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
