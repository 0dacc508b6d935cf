// Shows long work step by step: one line a task with its duration. On a terminal the running task is redrawn,
// elsewhere each finished task is one line. Plain JavaScript, because it also runs before anything is installed.

const isTerminal = process.stdout.isTTY === true
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** An error whose message is the whole explanation: printed on one line, without a stack. */
export class PlainError extends Error {
  /**
   * @param {string} message what went wrong
   * @param {string} [hint] how to go on
   */
  constructor(message, hint) {
    super(message)
    this.name = 'PlainError'
    this.hint = hint
  }
}

/**
 * Runs one task and shows it.
 * @template T
 * @param {string} title
 * @param {(note: (text: string) => void) => Promise<T>} run `note` shows how far it is
 * @returns {Promise<T>}
 */
export async function task(title, run) {
  const started = performance.now()
  let text = ''
  let frame = 0
  const draw = () => {
    process.stdout.write(`\r\u001b[2K  ${frames[frame++ % frames.length]} ${title}${text ? ` · ${text}` : ''}`)
  }
  const timer = isTerminal ? setInterval(draw, 120) : undefined
  const end = (/** @type {string} */ glyph) => {
    clearInterval(timer)
    const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`
    if (isTerminal) process.stdout.write('\r\u001b[2K')
    console.log(`  ${glyph} ${title.padEnd(34)} ${seconds.padStart(7)}${text ? `   ${text}` : ''}`)
  }
  try {
    const result = await run((note) => {
      text = note
    })
    end('✓')
    return result
  } catch (error) {
    end('✕')
    throw error
  }
}

/**
 * Prints an error that ends the program: one line and how to go on; a stack only for a fault of our own.
 * @param {unknown} error
 */
export function printFailure(error) {
  if (error instanceof PlainError) {
    console.error(`\n  ${error.message}`)
    if (error.hint) console.error(`  → ${error.hint}`)
  } else {
    console.error(error)
  }
}
