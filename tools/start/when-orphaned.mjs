import { readFileSync } from 'node:fs'

/**
 * Calls back once npm, or a shell between it and us, has ended without us: whoever is killed outright passes no signal on.
 * Started by hand, a process may outlive its shell, as with any program that is sent to the background.
 * @param {() => void} callback
 */
export function whenOrphaned(callback) {
  if (process.env.npm_lifecycle_event === undefined) return
  const line = lineToNpm()
  const timer = setInterval(() => {
    if (line.every((pid, index) => parentOf(index === 0 ? process.pid : (line[index - 1] ?? 0)) === pid)) return
    clearInterval(timer)
    callback()
  }, 250)
  timer.unref()
}

/** Our parent, and so on up to npm; our parent alone where npm is not to be seen. */
function lineToNpm() {
  const line = [process.ppid]
  for (let pid = process.ppid; line.length < 5; ) {
    if (/^npm\b|npm-cli\.js/.test(read(`/proc/${pid}/cmdline`))) return line
    pid = parentOf(pid)
    if (pid <= 1) break
    line.push(pid)
  }
  return line.slice(0, 1)
}

/** @param {number} pid */
function parentOf(pid) {
  if (pid === process.pid) return process.ppid
  // The name, in brackets, may hold anything; state and parent follow it.
  return Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1])
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
