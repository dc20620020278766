/**
 * Ends this process in order, once: on SIGTERM, SIGINT or SIGHUP (its terminal is gone), or when the process that
 * started it has vanished, which closes the IPC channel. The exit code is 0 when `close` resolves and 1 when it
 * rejects.
 */
export function onShutdown(close: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    close().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  if (process.connected) process.once('disconnect', end);
  else if (process.send) end(); // the other process vanished before this one was up
}
