/**
 * Lets PyTorch grow segments of GPU memory instead of adding new ones, which reduces fragmentation. PyTorch's own
 * out-of-memory error suggests it: https://pytorch.org/docs/stable/notes/cuda.html#environment-variables
 */
export const allocatorVariable = 'PYTORCH_CUDA_ALLOC_CONF';
const expandable = 'expandable_segments:True';

/** The job's own options with this one added, separated by commas; undefined if it is already set. */
export function withExpandableSegments(present: string | undefined): string | undefined {
  if (present === undefined || present.trim() === '') return expandable;
  return present.includes('expandable_segments') ? undefined : `${present},${expandable}`;
}
