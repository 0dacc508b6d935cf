import type { ChangeDetail } from '@heddle/shared/api/changes'
import { changeWord } from '@heddle/shared/api/state-words'
import { findingLine } from './finding-line.ts'
import { printable } from './table.ts'

/** A change for people, without its difference. */
export function changeLines(detail: ChangeDetail): string[] {
  const { number, title, author, basedOn, risk, approvals, approvalsNeeded } = detail.summary
  return [
    `#${number} ${printable(title)}`,
    `${changeWord(detail.summary).toLowerCase()}, by ${printable(author)}, based on revision ${basedOn}`,
    `${risk} risk: ${approvals} of ${approvalsNeeded} approvals`,
    ...detail.riskReasons.map((reason) => `  ${printable(reason)}`),
    `why: ${printable(detail.reason)}`,
    ...detail.findings.map((finding) => findingLine(finding)),
    ...detail.approvals.map(
      ({ by, verdict, at, comment, voidedBecause }) =>
        `${at} ${printable(by)} ${verdict}${comment ? `: ${printable(comment)}` : ''}${voidedBecause ? ` (void: ${printable(voidedBecause)})` : ''}`,
    ),
    ...detail.comments.map(({ by, at, text }) => `${at} ${printable(by)}: ${printable(text)}`),
  ]
}
