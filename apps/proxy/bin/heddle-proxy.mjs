#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=32768 MALLOC_TRIM_THRESHOLD_=65536 node --max-semi-space-size=8
// The command. It starts the bundle, which needs less memory than its modules one by one (docs/decisions/0012); npm links
// a command only to a file that is there when it installs, which is before the build.
import { setFlagsFromString } from 'node:v8'

// Reading its own schemas keeps a proxy busy long enough to wake V8's optimising compilers, and they stay in memory. They
// are let loose when requests can come.
const compilers = ['opt', 'maglev']
for (const each of compilers) setFlagsFromString(`--no-${each}`)
// Only who wants several processes, or to be replaced, loads what stands above them.
const isSupervised = process.argv.some((each) => each === '--hot-restart' || each.startsWith('--concurrency'))
await import(isSupervised ? '../dist/bundle/supervise.js' : '../dist/bundle/main.js')
for (const each of compilers) setFlagsFromString(`--${each}`)

// What was needed to start is needed once: collected now, 4 MiB go back to the system, in 20 ms.
const { shrinkHeap } = await import('../dist/overload/shrink-heap.js')
shrinkHeap()
