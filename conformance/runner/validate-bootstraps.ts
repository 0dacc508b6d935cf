import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { BootstrapCase } from './bootstrap-case.ts'
import type { Side } from './side.ts'
import type { Mark } from './verdict.ts'

/** What a proxy said to a bootstrap file. */
type Answer = { readonly takes: boolean; readonly text: string }

export type BootstrapVerdict = Readonly<Record<Side['name'], Mark>> & {
  readonly name: string
  readonly faults: readonly string[]
  /** Why one of the two takes it on purpose. */
  readonly reason: string | undefined
}

/** Processes at once on each side: they do nothing but compute. */
const parallel = 2
/** Only one that hangs takes so long. */
const answerMaxMs = 120_000

/** Asks the proxies about the files of `conformance/bootstraps.yaml`. */
export async function validateBootstraps(
  sides: readonly Side[],
  folder: string,
  cases: readonly BootstrapCase[],
): Promise<BootstrapVerdict[]> {
  const files = cases.map(({ content }, index) => {
    const file = path.join(folder, `bootstrap-${index}.yaml`)
    writeFileSync(file, content)
    return file
  })
  const answers = new Map(
    await Promise.all(
      sides.map(async (side) => [side.name, side.missing === undefined ? await askAll(side, files) : []] as const),
    ),
  )
  return cases.map((each, index) => {
    const of = (name: Side['name']) => {
      const all = answers.get(name)
      return all === undefined ? 'left out' : (all[index] ?? 'missing')
    }
    return judgeCase(each, { heddle: of('heddle'), envoy: of('envoy') })
  })
}

async function askAll(side: Side, files: readonly string[]): Promise<Answer[]> {
  const answers: Answer[] = []
  const waiting = [...files.entries()]
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      answers[next[0]] = await ask(side, next[1])
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return answers
}

function ask(side: Side, file: string): Promise<Answer> {
  const [program = '', ...argv] = [...side.command(file, path.dirname(file)), '--mode', 'validate']
  return new Promise((resolve) => {
    execFile(program, argv, { timeout: answerMaxMs }, (error, stdout, stderr) =>
      resolve({ takes: error === null, text: `${stdout}${stderr}`.trim() }),
    )
  })
}

function judgeCase(
  { name, taken, differs }: BootstrapCase,
  answers: Readonly<Record<Side['name'], Answer | 'missing' | 'left out'>>,
): BootstrapVerdict {
  const faults: string[] = []
  const markOf = (side: Side['name']): Mark => {
    const answer = answers[side]
    if (answer === 'missing' || answer === 'left out') return answer
    const isTaken = taken || differs?.takes === side
    if (answer.takes !== isTaken) {
      faults.push(`${side}: ${isTaken ? 'refuses' : 'takes'} it: ${answer.text.slice(0, 300)}`)
      return 'fail'
    }
    // One line that names the file and the reason, whatever was wrong.
    if (side === 'heddle' && !isTaken && !/^heddle-proxy: \S+bootstrap-\d+\.yaml: .{4,}$/.test(answer.text)) {
      faults.push(`heddle: does not refuse it in one line with its reason: ${answer.text.slice(0, 300)}`)
      return 'fail'
    }
    return differs?.takes === side ? 'differs' : 'pass'
  }
  return { name, heddle: markOf('heddle'), envoy: markOf('envoy'), faults, reason: differs?.reason }
}
