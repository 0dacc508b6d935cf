// Small files, one idea each: fails on a source file over 400 lines, and on medians that drift.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const linesMax = 400
const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'],
  { encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => file !== '' && !/\.d\.ts$/.test(file))

const sized = files.flatMap((file) => {
  try {
    return [{ file, lines: readFileSync(file, 'utf8').split('\n').length }]
  } catch {
    // Deleted but not yet committed.
    return []
  }
})
const tooLong = sized.filter(({ lines, file }) => lines > linesMax && !file.endsWith('.test.ts'))
for (const { file, lines } of tooLong)
  console.error(`${file}: ${lines} lines; ${linesMax} at most. Which is the second idea in it?`)

const banned = /(^|\/)(utils|helpers|common|misc|types|index)\.(ts|tsx)$/
const badNames = files.filter((file) => banned.test(file))
for (const file of badNames) console.error(`${file}: a file is named for the one thing it exports`)

const sources = sized
  .filter(({ file }) => !file.endsWith('.test.ts'))
  .map(({ lines }) => lines)
  .sort((a, b) => a - b)
const p90 = sources[Math.floor(sources.length * 0.9)] ?? 0
if (p90 > 250) console.error(`nine of ten files are up to ${p90} lines long; 250 at most`)

console.log(`${sources.length} files, median ${sources[Math.floor(sources.length / 2)]} lines, 90th percentile ${p90}`)
process.exitCode = tooLong.length + badNames.length > 0 || p90 > 250 ? 1 : 0
