/**
 * Young objects get 8 MB instead of 16: a sidecar stands beside every workload, so its memory counts. Smaller would save
 * nothing at rest, and cost a few percent of its time under load (docs/decisions/0012).
 */
export const youngSpaceFlag = '--max-semi-space-size=8'

/**
 * How Node runs a sidecar. Its compilers are held back from the first line on: finding the command's file alone would wake
 * one of them, which is 2 MiB. `apps/proxy/bin/heddle-proxy.mjs` lets them loose when it serves, and gives the
 * same to its workers; who starts anything else takes the young space alone.
 */
export const proxyFlags = [youngSpaceFlag, '--expose-gc', '--no-opt', '--no-sparkplug', '--maglev-filter=-*'] as const

/**
 * How the C library keeps its memory. V8's compilers work in pieces of 32 KiB; by itself glibc keeps what they gave back,
 * 16 MiB of it after the first thousand requests. These it returns to the system. Elsewhere than with glibc it means nothing.
 */
export const proxyEnvironment = { MALLOC_MMAP_THRESHOLD_: '32768', MALLOC_TRIM_THRESHOLD_: '65536' } as const
