/** A graph: each node with those that it leads to. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** One shortest cycle through each node that closes one; a cycle is told once, from its first node. */
export function cycles(graph: Graph): string[][] {
  const told = new Set<string>();
  return [...graph.keys()].sort().flatMap((node) => {
    const cycle = told.has(node) ? null : shortestCycle(graph, node);
    for (const one of cycle ?? []) told.add(one);
    return cycle ? [cycle] : [];
  });
}

/** Breadth first from a node until it is met again. */
function shortestCycle(graph: Graph, start: string): string[] | null {
  const before = new Map<string, string>();
  const queue = [start];
  for (const node of queue)
    for (const next of graph.get(node) ?? []) {
      if (next === start) return pathTo(node, before);
      if (before.has(next)) continue;
      before.set(next, node);
      queue.push(next);
    }
  return null;
}

function pathTo(node: string, before: ReadonlyMap<string, string>): string[] {
  const path = [node];
  for (let at = before.get(node); at !== undefined; at = before.get(at)) path.unshift(at);
  return path;
}
