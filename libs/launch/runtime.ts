/**
 * How Node runs an application: readable stacks, a young generation of 16 MiB instead of 64, and a heap that grows by
 * half instead of by multiples before it is cleaned (a worker under load: 200 MiB instead of 300). There is no upper
 * limit, because big attachments must fit. Whoever handles one clears away the copies that it leaves behind, with `gc`
 * (3 ms). The Dockerfile repeats these flags.
 */
export const runtimeFlags = [
  '--expose-gc',
  '--enable-source-maps',
  '--max-semi-space-size=8',
  '--heap-growing-percent=50',
];
