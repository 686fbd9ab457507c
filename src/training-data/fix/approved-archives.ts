import type { FixedData, SourceArchives } from '../../ports/datasets.ts';

/** Source archives in an incident: places the copy that people approved, and nothing else. */
export function approvedArchives({ put }: Pick<FixedData, 'put'>): SourceArchives {
  return {
    place: async (uri, chunks, token) => {
      token.requireSourceArchive(uri);
      await token.confirm();
      await put(uri, chunks);
    },
  };
}
