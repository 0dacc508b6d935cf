'use client'
import type { ServiceDetail } from '@heddle/shared/api/signals'
import Link from 'next/link'
import { pathOfObject } from '#paths'
import { DataTable } from '#ui/data-table.tsx'
import { Panel } from '#ui/panel.tsx'

/** Everything that is in force for requests to the service, each line with where it comes from. */
export function EffectiveConfig({ effective }: Pick<ServiceDetail, 'effective'>) {
  return (
    <Panel title="In force">
      <DataTable
        caption="Effective configuration"
        rows={effective}
        rowKey={({ setting, origin }) => `${setting} ${origin}`}
        columns={[
          { id: 'setting', title: 'Setting', cell: ({ setting }) => setting },
          { id: 'value', title: 'Value', cell: ({ value }) => value },
          {
            id: 'origin',
            title: 'Comes from',
            cell: ({ origin }) => {
              const path = pathOfObject(origin)
              return path === undefined ? (
                <span className="text-muted">{origin}</span>
              ) : (
                <Link className="text-accent-text underline" href={path}>
                  {origin}
                </Link>
              )
            },
          },
          { id: 'revision', title: 'Revision', isNumber: true, cell: ({ revision }) => revision ?? '–' },
        ]}
      />
    </Panel>
  )
}
