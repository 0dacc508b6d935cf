// Loaded ahead of the program: says how long the longest turn of its event loop was, in CPU time of the thread, so that a busy
// machine does not count. Begins anew with each question.

let longestMs = 0
let lastMs = cpuMs()

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function turn(): void {
  const now = cpuMs()
  longestMs = Math.max(longestMs, now - lastMs)
  lastMs = now
  setImmediate(turn)
}

setImmediate(turn)
process.on('message', () => {
  process.send?.(longestMs)
  longestMs = 0
})
