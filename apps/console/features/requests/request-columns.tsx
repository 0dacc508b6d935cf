import type { RequestRecord } from '@heddle/shared/api/request-record'
import { DecidedBy } from '#features/graph/decided-by.tsx'
import { outcomeWords } from '#features/graph/outcome-words.ts'
import { shortId } from '#features/proxies/short-id.ts'
import type { Column } from '#ui/data-table.tsx'
import { formatMs } from '#ui/format-number.ts'
import { RelativeTime } from '#ui/relative-time.tsx'
import { visibleText } from '#ui/visible-text.ts'

/** What a table of requests says; `onOpen` shows all of one. Of one service or one side, neither is named in each row. */
export function requestColumns(
  { isOfOneService, isOfOneSide }: { readonly isOfOneService: boolean; readonly isOfOneSide: boolean },
  onOpen: (record: RequestRecord) => void,
): readonly Column<RequestRecord>[] {
  return [
    { id: 'at', title: 'When', cell: ({ at }) => <RelativeTime at={at} /> },
    {
      id: 'request',
      title: 'Request',
      isRowHeader: true,
      cell: (record) => (
        <button
          type="button"
          className="max-w-80 truncate text-start font-mono text-dense underline decoration-line-strong underline-offset-2 hover:decoration-current"
          title={record.path}
          onClick={() => onOpen(record)}
        >
          {record.method} {visibleText(record.path)}
        </button>
      ),
    },
    { id: 'source', title: 'From', cell: ({ source }) => source.service || 'unknown' },
    ...(isOfOneService ? [] : [{ id: 'to', title: 'To', cell: destinationName }]),
    {
      id: 'status',
      title: 'Status',
      isNumber: true,
      sortBy: ({ status }) => status,
      cell: ({ status }) => (
        <span className={status === 0 || status >= 500 ? 'font-medium text-fail' : undefined}>
          {status === 0 ? 'no answer' : status}
        </span>
      ),
    },
    {
      id: 'duration',
      title: 'Took',
      isNumber: true,
      sortBy: ({ durationMs }) => durationMs,
      cell: ({ durationMs }) => formatMs(durationMs),
    },
    {
      id: 'why',
      title: 'Why',
      hint: 'What made the answer',
      cell: (record) => <span className="md:whitespace-nowrap">{outcomeWords(record)}</span>,
    },
    {
      id: 'policy',
      title: 'Decided by',
      hint: 'What refused it, delayed it or answered in its place; else the rule that let it pass',
      cell: ({ matchedPolicy }) => <DecidedBy text={matchedPolicy} />,
    },
    {
      id: 'instance',
      title: 'Instance',
      hint: 'Which instance it went to: callers know its workload',
      sortBy: instanceName,
      cell: instanceName,
    },
    {
      id: 'revision',
      title: 'Revision',
      isNumber: true,
      hint: 'What the proxy ran when it decided',
      cell: ({ revision }) => revision ?? '–',
    },
    ...(isOfOneSide ? [] : [{ id: 'reporter', title: 'Seen by', cell: sideName }]),
  ]
}

function sideName({ reporter }: RequestRecord): string {
  return reporter === 'source' ? 'caller' : 'service'
}

function destinationName({ destination }: RequestRecord): string {
  return destination.service || 'unknown'
}

/** The service's own proxy stands beside one instance; a caller's knows the workload that it chose. */
export function instanceName({ reporter, proxyId, destination }: RequestRecord): string {
  return (reporter === 'destination' ? shortId(proxyId).split('.')[0] : destination.workload) || '–'
}
