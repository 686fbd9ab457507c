import type { TrainingImages } from '../../src/ports/ports.ts';

/** A registry in memory. An image that no test has put has a digest of zeros. */
export interface FakeImages extends TrainingImages {
  /** By image: its digest, undefined if it does not exist, or the error that the registry answers with. */
  readonly tags: Map<string, string | Error | undefined>;
  /** The images that were looked up, in order. */
  readonly asked: string[];
}

export function fakeImages(): FakeImages {
  const tags: FakeImages['tags'] = new Map();
  const asked: string[] = [];
  return {
    tags,
    asked,
    digestOf: async (image) => {
      asked.push(image);
      const tag = tags.has(image) ? tags.get(image) : `sha256:${'0'.repeat(64)}`;
      if (tag instanceof Error) throw tag;
      return tag;
    },
  };
}
