/**
 * Lets PyTorch grow segments of GPU memory instead of adding new ones, so that less of it is lost between them. The
 * error message of an out-of-memory proposes it: https://pytorch.org/docs/stable/notes/cuda.html#environment-variables
 */
export const allocatorVariable = 'PYTORCH_CUDA_ALLOC_CONF';
const expandable = 'expandable_segments:True';

/** Joined to what the job sets already, as the options are separated by commas; undefined: it is set already. */
export function withExpandableSegments(present: string | undefined): string | undefined {
  if (present === undefined || present.trim() === '') return expandable;
  return present.includes('expandable_segments') ? undefined : `${present},${expandable}`;
}
