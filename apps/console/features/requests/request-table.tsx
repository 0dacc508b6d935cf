'use client'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { requestsQuery } from '#control/request-queries.ts'
import { useScope } from '#features/scope/use-scope.ts'
import { useUrlChoice } from '#features/scope/use-url-choice.ts'
import { useUrlParam } from '#features/scope/use-url-param.ts'
import { useUrlSorting } from '#features/scope/use-url-sorting.ts'
import { DataTable } from '#ui/data-table.tsx'
import { Panel } from '#ui/panel.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { TextField } from '#ui/text-field.tsx'
import { visibleText } from '#ui/visible-text.ts'
import { NoRequests } from './no-requests.tsx'
import { requestColumns } from './request-columns.tsx'
import { RequestDetails } from './request-details.tsx'

const choices = [
  { value: 'all', label: 'All' },
  { value: 'errors', label: 'Errors' },
  { value: 'denied', label: 'Denied by policy' },
  { value: 'limited', label: 'Refused by a rate limit' },
  { value: 'injected', label: 'Acted on by a fault' },
] as const
const sides = [
  { value: 'destination', label: 'the service’s proxies' },
  { value: 'source', label: 'the callers’ proxies' },
  { value: 'both', label: 'both, most requests twice' },
] as const

/** Recorded requests, of the mesh or to one service, each with the rule of the revision that decided on it. */
export function RequestTable({ of }: { readonly of?: { readonly namespace: string; readonly service: string } }) {
  const { namespaces, from, to, setScope } = useScope()
  const [only, setOnly] = useUrlChoice('only', choices)
  const [side, setSide] = useUrlChoice('by', sides)
  const [typedId, setId] = useUrlParam('id')
  const sorting = useUrlSorting()
  const [opened, setOpened] = useState<RequestRecord>()
  const panel = useRef<HTMLElement>(null)
  const opener = useRef<Element>(null)
  const open = (record: RequestRecord) => {
    opener.current = document.activeElement
    setOpened(record)
  }
  const close = () => {
    setOpened(undefined)
    if (opener.current instanceof HTMLElement) opener.current.focus()
  }
  // The details may stand far from the row: whoever opened them goes on there.
  useEffect(() => {
    if (opened) panel.current?.querySelector('button')?.focus()
  }, [opened])
  const id = typedId.trim()
  const [namespace] = namespaces
  // Who has an id wants that request with every hop, whenever and wherever it was.
  const asked =
    id === ''
      ? {
          ...(of ?? (namespace === undefined ? {} : { namespace })),
          since: from,
          only,
          limit: 200,
          ...(to === 'now' ? {} : { until: to }),
        }
      : { id, only, limit: 200 }
  const query = useQuery({ ...requestsQuery(asked), refetchInterval: 5000 })
  const isSeen = ({ reporter }: RequestRecord) => id !== '' || side === 'both' || reporter === side
  return (
    <div className="flex items-start gap-3">
      <div className="min-w-0 flex-1">
        <Panel title={id === '' ? 'Recorded requests, newest first' : 'Every hop that was recorded, in order'}>
          <div className="mb-3 grid max-w-4xl grid-cols-2 gap-3 md:grid-cols-3">
            <SelectField label="Show" value={only} options={choices} onChange={setOnly} />
            <SelectField
              label="Seen by"
              value={id === '' ? side : 'both'}
              options={sides}
              hint="What never arrived, only callers have seen."
              onChange={setSide}
            />
            <TextField
              label="Request or trace id"
              type="search"
              placeholder="x-request-id"
              hint="In the whole mesh, whenever it was."
              maxLength={200}
              value={typedId}
              onChange={setId}
            />
          </div>
          <Answer query={query} label="requests">
            {({ items }) => {
              const seen = items.filter(isSeen)
              // Of one request, the hops in their order; of many, the newest first.
              const found = id === '' ? seen : seen.toReversed()
              return found.length > 0 ? (
                <DataTable
                  caption="Recorded requests"
                  columns={requestColumns(
                    { isOfOneService: of !== undefined && id === '', isOfOneSide: id === '' && side !== 'both' },
                    open,
                  )}
                  rows={found}
                  rowKey={keyOf}
                  {...sorting}
                />
              ) : (
                <NoRequests
                  isFiltered={only !== 'all' || id !== '' || items.length > 0}
                  isShortTime={id === '' && from !== 'now-1h'}
                  onWiden={() => setScope({ from: 'now-1h', to: 'now' })}
                  onAll={() => {
                    setOnly('all')
                    setId('')
                    setSide('both')
                  }}
                />
              )
            }}
          </Answer>
        </Panel>
      </div>
      {opened ? (
        <div className="min-[1100px]:sticky min-[1100px]:top-4">
          <SidePanel ref={panel} title={visibleText(`${opened.method} ${opened.path}`)} onClose={close}>
            <RequestDetails
              record={opened}
              onHops={(hopsOf) => {
                setOnly('all')
                setId(hopsOf)
              }}
            />
          </SidePanel>
        </div>
      ) : null}
    </div>
  )
}

function keyOf({ at, proxyId, traceId, path, reporter }: RequestRecord): string {
  return `${at} ${proxyId} ${traceId} ${path} ${reporter}`
}
