'use client'
import { PageHeading } from '#ui/page-heading.tsx'
import { RequestTable } from './request-table.tsx'

/** From what somebody complains about, a request or its id, to the rule of the revision that made it end so. */
export function RequestsPage() {
  return (
    <>
      <PageHeading
        title="Requests"
        aside={<span className="text-muted">Of the last hour: errors and denials, and a tenth of the rest</span>}
      />
      <RequestTable />
    </>
  )
}
