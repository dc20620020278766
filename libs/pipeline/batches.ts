/** Rows that one statement of a chore writes at most: whoever else wants one of them waits only that long. */
const most = 1_000;

/** Repeats a step until it finds less to do than it may. @param step answers how many rows it wrote */
export async function inBatches(step: (most: number) => Promise<number>): Promise<void> {
  while ((await step(most)) === most);
}
