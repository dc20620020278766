import jsonata from 'jsonata';

/**
 * The paths below a root name that an expression reads, e.g. for `parameters`: `['steuersatz.ersterHund']`. A path is
 * `['*']` if the expression reads everything below the root or chooses the name at run time.
 */
export function pathsUnder(source: string, root: string): string[][] {
  const found: string[][] = [];
  walk(treeOf(source), (steps) => {
    const start = steps.findIndex((step) => step.type === 'name' && step.value === root);
    if (start < 0) return;
    const names: string[] = [];
    for (const step of steps.slice(start + 1)) {
      if (step.type !== 'name') break;
      names.push(String(step.value));
    }
    found.push(names.length === 0 ? ['*'] : names);
  });
  return found;
}

let latest: { source: string; tree: jsonata.ExprNode } | undefined;
/** Keeps the tree of the latest expression, because several questions about the same one follow each other. */
function treeOf(source: string): jsonata.ExprNode {
  if (latest?.source !== source) latest = { source, tree: jsonata(source).ast() };
  return latest.tree;
}

/** Visits the steps of every path in the tree. `path` is missing in JSONata's own type of node types. */
function walk(node: unknown, visit: (steps: PathStep[]) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const { type, steps }: { type?: unknown; steps?: PathStep[] } = node;
  if (type === 'path' && steps) visit(steps);
  for (const child of Object.values(node)) walk(child, visit);
}

type PathStep = Pick<jsonata.ExprNode, 'type' | 'value'>;
