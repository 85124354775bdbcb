/**
 * The shard of a key, from 0: its FNV-1a hash (32 bits, over UTF-16 code units) modulo the number of shards. Part of
 * the storage format: checkpoints are kept by it.
 */
export function shardOf(key: string, shards: number): number {
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash ^= key.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % shards;
}
