'use client'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { objectsQuery } from '#control/object-queries.ts'
import { catalogServicesQuery } from '#control/service-queries.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Kbd } from '#ui/kbd.tsx'
import { PaletteGroup, PaletteItem } from './palette-group.tsx'
import { PaletteHistory } from './palette-history.tsx'
import { places } from './places.ts'

const label = 'Search services, policies, changes, proxies, request ids and pages'

type Props = { readonly onOpenChange: (isOpen: boolean) => void }

/** Goes anywhere by typing part of its name. What there is much of appears with the first letter. */
export function CommandPalette({ onOpenChange }: Props) {
  const router = useRouter()
  const scoped = useScopedPath()
  const [typed, setTyped] = useState('')
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
      label={label}
      loop
      overlayClassName="fixed inset-0 z-40 bg-black/50"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[min(92vw,36rem)] -translate-x-1/2 rounded-card border border-line bg-raised shadow-drawer"
    >
      <Command.Input
        placeholder={label}
        value={typed}
        onValueChange={setTyped}
        className="h-11 w-full border-line border-b bg-transparent px-4 text-form placeholder:text-muted"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-2">
        <Command.Empty className="p-4 text-muted">Nothing has this in its name.</Command.Empty>
        <PaletteGroup heading="Go to">
          {places.map(({ label, path, key }) => (
            <PaletteItem key={path} value={`go ${label}`} onSelect={() => go(path)}>
              <span className="flex-1">{label}</span>
              <Kbd>g</Kbd>
              <Kbd>{key}</Kbd>
            </PaletteItem>
          ))}
          <PaletteItem value="go API tokens settings" onSelect={() => go(paths.tokens())}>
            API tokens
          </PaletteItem>
          <PaletteItem value="new policy propose" onSelect={() => go(paths.newPolicy())}>
            Propose a policy
          </PaletteItem>
          <PaletteItem value="new fault inject" onSelect={() => go(paths.newPolicy({ kind: 'FaultInjection' }))}>
            Inject a fault
          </PaletteItem>
        </PaletteGroup>
        <PaletteGroup heading="Services">
          {services.map(({ namespace, name }) => (
            <PaletteItem
              key={`${namespace}/${name}`}
              value={`service ${namespace}/${name}`}
              onSelect={() => go(paths.service(namespace, name))}
            >
              {namespace}/{name}
            </PaletteItem>
          ))}
        </PaletteGroup>
        <PaletteGroup heading="Policies">
          {(policies?.items ?? []).map(({ kind, namespace, name }) => (
            <PaletteItem
              key={`${kind}/${namespace}/${name}`}
              value={`policy ${kind} ${namespace}/${name}`}
              onSelect={() => go(paths.policy(kind, namespace, name))}
            >
              <span className="flex-1">
                {namespace}/{name}
              </span>
              <span className="text-dense opacity-80">{kind}</span>
            </PaletteItem>
          ))}
        </PaletteGroup>
        {typed === '' ? null : <PaletteHistory onGo={go} />}
        {isLikeAnId(typed) ? (
          <PaletteGroup heading="Requests">
            <PaletteItem value={`request ${typed}`} onSelect={() => go(paths.requests(typed.trim()))}>
              Find the request {typed.trim()}
            </PaletteItem>
          </PaletteGroup>
        ) : null}
      </Command.List>
    </Command.Dialog>
  )
}

/** What callers and logs have of a request: an `x-request-id` or a trace id. */
function isLikeAnId(text: string): boolean {
  return /^[\w.:-]{8,}$/.test(text.trim()) && /\d/.test(text)
}
