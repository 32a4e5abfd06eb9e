/**
 * How a process that runs the gateway is started. What a store allocates lives for milliseconds: a small young
 * generation, a heap that is collected before it has doubled, few allocator arenas, and large buffers that go back to the
 * system when they are freed keep the memory it leaves behind small. Less growth than this costs more CPU than it is
 * worth: with 25 % a store takes twice as much (`bench/memory.ts`, `bench/gateway.ts`).
 */
export const SERVER_PROCESS = {
  /** Options of node. */
  execArgv: ['--max-semi-space-size=8', '--heap-growing-percent=80'],
  env: { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '1048576', MALLOC_MMAP_THRESHOLD_: '1048576' },
} as const;
