/**
 * How a process that runs the gateway is started. What a store allocates lives for milliseconds; a small young
 * generation and few allocator arenas keep the memory it leaves behind small, at no measurable cost.
 */
export const SERVER_PROCESS = {
  /** Options of node. */
  execArgv: ['--max-semi-space-size=8'],
  env: { MALLOC_ARENA_MAX: '2' },
} as const;
