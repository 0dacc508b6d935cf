// Documents tell the truth about the tree: every path in backticks that looks like one of ours exists, every link between
// documents leads somewhere, every table begins with its head, and none says two things about one: where the first cell is what
// a row is looked up by.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const lookedUpByFirstCell = new Set(['docs/failure-modes.md', 'docs/glossary.md', 'docs/problem-codes.md'])
const root = path.resolve(import.meta.dirname, '..')
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(root, file)))

let faults = 0
for (const document of documents) {
  const text = readFileSync(path.join(root, document), 'utf8')
  for (const [, quoted = ''] of text.matchAll(
    /`((?:apps|packages|prisma|demo|tools|docs|e2e|bench|conformance|deploy)\/[^`\s*<>{}:]+)`/g,
  )) {
    if (!existsSync(path.join(root, quoted))) report(document, `names ${quoted}, which does not exist`)
  }
  for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)) {
    if (!existsSync(path.resolve(root, path.dirname(document), target)))
      report(document, `links to ${target}, which does not exist`)
  }
  for (const [, first = ''] of text.matchAll(/(?:^|\n)(?!\|)[^\n]*\n(\|[^\n]*)\n(?!\|[-:| ]+\|\n)/g)) {
    report(document, `has a table that does not begin with its head: ${first.slice(0, 60)}`)
  }
  if (!lookedUpByFirstCell.has(document)) continue
  for (const cell of repeated(text)) report(document, `has two rows for "${cell}"`)
}

/** First cells that stand in two rows, whatever their case and spaces. */
function repeated(text: string): string[] {
  const seen = new Set<string>()
  return [...text.matchAll(/^\|([^|]+)\|/gm)]
    .map(([, cell = '']) => cell.trim().toLowerCase())
    .filter((cell) => !/^(?:-+|code)$/.test(cell))
    .filter((cell) => seen.has(cell) || !seen.add(cell))
}

function report(document: string, fault: string): void {
  faults++
  console.error(`${document}: ${fault}`)
}

console.log(`${documents.length} documents, ${faults} faults`)
process.exitCode = faults > 0 ? 1 : 0
