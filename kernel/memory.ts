/** Memory that is taken and never given back: what holds a group of rows holds the next as well. */

/** Sixteen bytes are read where the last of a text begins, so that many must follow it. */
const SLACK: usize = 32;
const PAGE_BITS: usize = 16;

let top: usize = (__heap_base + 15) & ~15;

/** The offset of so many bytes, of which none is set to anything. Traps where there is no more memory. */
export function allocate(bytes: usize): usize {
  const place = top;
  top = (top + bytes + SLACK + 15) & ~15;
  const pages = <i32>((top >> PAGE_BITS) + 1);
  const more = pages - memory.size();
  // By half at least: to grow takes a call of the system.
  if (more > 0 && memory.grow(max(more, memory.size() >> 1)) < 0 && memory.grow(more) < 0) unreachable();
  return place;
}
