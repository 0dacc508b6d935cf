'use client'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { objectsQuery } from '#control/object-queries.ts'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Kbd } from '#ui/kbd.tsx'
import { places } from './places.ts'

type Props = { readonly onOpenChange: (isOpen: boolean) => void }

/** Goes anywhere by typing part of its name. */
export function CommandPalette({ onOpenChange }: Props) {
  const router = useRouter()
  const scoped = useScopedPath()
  const { data: services = [] } = useQuery(catalogServicesQuery)
  const { data: policies } = useQuery(objectsQuery())
  const go = (path: string) => {
    onOpenChange(false)
    router.push(scoped(path))
  }
  return (
    <Command.Dialog
      open
      onOpenChange={onOpenChange}
      label="Search services, policies and pages"
      loop
      overlayClassName="fixed inset-0 z-40 bg-black/50"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[min(92vw,36rem)] -translate-x-1/2 rounded-card border border-line bg-raised shadow-drawer"
    >
      <Command.Input
        placeholder="Search services, policies and pages"
        className="h-11 w-full border-line border-b bg-transparent px-4 text-form placeholder:text-muted"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-2">
        <Command.Empty className="p-4 text-muted">Nothing has this in its name.</Command.Empty>
        <Group heading="Go to">
          {places.map(({ label, path, key }) => (
            <Item key={path} value={`go ${label}`} onSelect={() => go(path)}>
              <span className="flex-1">{label}</span>
              <Kbd>g</Kbd>
              <Kbd>{key}</Kbd>
            </Item>
          ))}
          <Item value="new policy propose" onSelect={() => go(paths.newPolicy())}>
            Propose a policy
          </Item>
        </Group>
        <Group heading="Services">
          {services.map(({ namespace, name }) => (
            <Item
              key={`${namespace}/${name}`}
              value={`service ${namespace}/${name}`}
              onSelect={() => go(paths.service(namespace, name))}
            >
              {namespace}/{name}
            </Item>
          ))}
        </Group>
        <Group heading="Policies">
          {(policies?.items ?? []).map(({ kind, namespace, name }) => (
            <Item
              key={`${kind}/${namespace}/${name}`}
              value={`policy ${kind} ${namespace}/${name}`}
              onSelect={() => go(paths.policy(kind, namespace, name))}
            >
              <span className="flex-1">
                {namespace}/{name}
              </span>
              <span className="text-dense opacity-80">{kind}</span>
            </Item>
          ))}
        </Group>
      </Command.List>
    </Command.Dialog>
  )
}

function Group({ heading, children }: { readonly heading: string; readonly children: React.ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-muted"
    >
      {children}
    </Command.Group>
  )
}

function Item({
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
