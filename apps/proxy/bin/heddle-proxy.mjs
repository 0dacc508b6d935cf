#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=32768 MALLOC_TRIM_THRESHOLD_=65536 node --max-semi-space-size=8 --expose-gc --no-opt --no-sparkplug --maglev-filter=-*
// The command. It starts the bundle, which needs less memory than its modules one by one (docs/decisions/0012); npm links
// a command only to a file that is there when it installs, which is before the build.
import { setFlagsFromString } from 'node:v8'

// Reading its own schemas keeps a proxy busy long enough to wake V8's compilers, and even the path of a module is
// compared often enough: 7 MiB of them and of their code would stay. They are let loose when requests can come.
// For Maglev that is a filter: told to be absent from the beginning, it would never get its own thread.
for (const each of ['--no-opt', '--no-sparkplug', '--maglev-filter=-*']) setFlagsFromString(each)
const { shrinkHeap } = await import('../dist/overload/shrink-heap.js')
// Only who wants several processes, or to be replaced, loads what stands above them.
const isSupervised = process.argv.some((each) => each === '--hot-restart' || each.startsWith('--concurrency'))
if (isSupervised) {
  // Workers begin as the first line of this file says, whoever started the process above them, and however. What that one was
  // told itself comes behind it, and counts more.
  const flags = ['--max-semi-space-size=8', '--expose-gc', '--no-opt', '--no-sparkplug', '--maglev-filter=-*']
  process.execArgv.unshift(...flags.filter((each) => !process.execArgv.includes(each)))
  process.env.MALLOC_MMAP_THRESHOLD_ ??= '32768'
  process.env.MALLOC_TRIM_THRESHOLD_ ??= '65536'
}
await import(isSupervised ? '../dist/bundle/supervise.js' : '../dist/bundle/main.js')

// A connection outlives what V8 takes for young, and is garbage among the old objects when it ends. By itself V8 lets those
// become up to four times what is alive before it looks: 40 MiB more where clients come and go. Half as much again is room
// enough; marking, beside the traffic, begins when a fifth of the room is used.
for (const each of ['--heap-growing-percent=50', '--incremental-marking-soft-trigger=20']) setFlagsFromString(each)
// The young space gets its whole room when it needs any: doubled each time, it would take a quarter of an hour of a steady load.
setFlagsFromString('--semi-space-growth-factor=8')

// What was needed to start is needed once, the code for it too: collected now, and what stays moved together, 10 MiB go back to
// the system, for 60 ms of CPU.
const thoroughly = ['stress-flush-code', 'compact-on-every-full-gc']
for (const each of thoroughly) setFlagsFromString(`--${each}`)
shrinkHeap()
for (const each of thoroughly) setFlagsFromString(`--no-${each}`)
for (const each of ['--opt', '--sparkplug', '--maglev-filter=*']) setFlagsFromString(each)
