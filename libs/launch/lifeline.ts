/**
 * Ends this process in order, once: on SIGTERM, on SIGINT, or when the process that started it has vanished (its IPC channel closes).
 * Exit code 0 when `close` resolves, 1 when it rejects.
 */
export function lifeline(close: () => Promise<void>): void {
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
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  if (process.connected) process.once('disconnect', end);
  else if (process.send) end(); // it vanished before we were up
}
