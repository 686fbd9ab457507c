import type { S3Uri } from '../../ports/basics.ts';
import { identityOf, type ObjectsBasis } from '../../ports/basis.ts';
import type { Datasets } from '../../ports/datasets.ts';

/** Identifies everything that SageMaker would read at this address right now. */
export async function freezeObjects(what: string, uri: S3Uri, datasets: Datasets): Promise<ObjectsBasis> {
  const objects = await datasets.objects(uri);
  return {
    kind: 'objects',
    what,
    uri,
    objects: objects.length,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    identity: identityOf(objects.map(({ key, size, etag }) => ({ name: key, size, etag }))),
  };
}
