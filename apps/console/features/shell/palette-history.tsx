'use client'
import { useQuery } from '@tanstack/react-query'
import { changesQuery } from '#control/change-queries.ts'
import { proxiesQuery } from '#control/proxy-queries.ts'
import { revisionsQuery } from '#control/revision-queries.ts'
import { shortId } from '#features/proxies/short-id.ts'
import { paths } from '#paths'
import { visibleText } from '#ui/visible-text.ts'
import { PaletteGroup, PaletteItem } from './palette-group.tsx'

/** Changes, revisions and proxies: what is looked for by number or name, and would be too much to list unasked. */
export function PaletteHistory({ onGo }: { readonly onGo: (path: string) => void }) {
  const { data: changes } = useQuery(changesQuery())
  const { data: revisions } = useQuery(revisionsQuery)
  const { data: proxies } = useQuery(proxiesQuery)
  return (
    <>
      <PaletteGroup heading="Changes">
        {(changes?.items ?? []).map(({ id, number, title, author }) => (
          <PaletteItem key={id} value={`change #${number} ${title} ${author}`} onSelect={() => onGo(paths.change(id))}>
            <span className="min-w-0 flex-1">
              #{number} {visibleText(title)}
            </span>
            <span className="text-dense opacity-80">{author}</span>
          </PaletteItem>
        ))}
      </PaletteGroup>
      <PaletteGroup heading="Revisions">
        {(revisions?.items ?? []).map(({ number, title }) => (
          <PaletteItem
            key={number}
            value={`revision r${number} ${title}`}
            onSelect={() => onGo(paths.compareRevisions(Math.max(0, number - 1), number))}
          >
            <span className="min-w-0 flex-1">
              Revision {number}: {visibleText(title)}
            </span>
          </PaletteItem>
        ))}
      </PaletteGroup>
      <PaletteGroup heading="Proxies">
        {(proxies?.items ?? []).map(({ id, address }) => (
          <PaletteItem key={id} value={`proxy ${shortId(id)} ${address}`} onSelect={() => onGo(paths.proxy(id))}>
            <span className="flex-1">{shortId(id)}</span>
            <span className="text-dense opacity-80">{address}</span>
          </PaletteItem>
        ))}
      </PaletteGroup>
    </>
  )
}
