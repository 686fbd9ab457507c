import { z } from 'zod';
import { OpsError, type OpsErrorCode } from '../../errors.ts';
import type { ImageBasis } from '../../ports/basis.ts';
import type { JsonObject, TrainingImages } from '../../ports/ports.ts';

/** A job of a SageMaker or marketplace algorithm has an AlgorithmName, and no image of its own. */
const Request = z.object({
  AlgorithmSpecification: z.object({
    AlgorithmName: z.string().optional(),
    TrainingImage: z.string().optional(),
  }),
});

/** What a request relies on in its image, and what the approvers must know about it. */
export interface FrozenImage {
  readonly basis: readonly ImageBasis[];
  readonly warnings: readonly string[];
}

/**
 * Freezes the training image of a launch. An image that is named by its digest cannot change, so it is not looked up. A
 * registry that cannot be read does not stop a recovery: the approvers are told what Relight cannot see.
 */
export async function freezeImage(request: JsonObject, images: TrainingImages): Promise<FrozenImage> {
  const image = imageIn(request);
  if (image === undefined || image.includes('@')) return { basis: [], warnings: [] };
  try {
    const digest = await images.digestOf(image);
    return {
      basis: [{ kind: 'image', image, ...(digest !== undefined && { digest }) }],
      warnings: digest === undefined ? [`Amazon ECR has no image ${image}: the job would fail to start`] : [],
    };
  } catch (thrown) {
    const reason = thrown instanceof OpsError ? reasonFor(thrown) : undefined;
    if (reason === undefined) throw thrown;
    const unseen =
      'Relight could not read the image’s digest, so it cannot see whether the image changes before the launch';
    return { basis: [], warnings: [`${unseen} (${reason})`] };
  }
}

function imageIn(request: JsonObject): string | undefined {
  const { AlgorithmName: algorithm = '', TrainingImage: image = '' } =
    Request.safeParse(request).data?.AlgorithmSpecification ?? {};
  return algorithm === '' && image !== '' ? image : undefined;
}

const reasons: Partial<Record<OpsErrorCode, string>> = {
  'aws-denied': 'ecr:BatchGetImage is denied',
  'aws-throttled': 'ECR throttles the requests',
  'aws-unavailable': 'ECR did not answer',
};

/** Undefined for an error that says nothing about the registry. */
function reasonFor({ code, detail }: OpsError): string | undefined {
  return code === 'aws-refused' ? detail : reasons[code];
}

/** How the image differs from the approved one, in words; undefined if it is the same. */
export function changeOfImage({ image, digest }: ImageBasis, now: string | undefined): string | undefined {
  if (digest === now) return undefined;
  const words = (one: string | undefined): string => one?.slice(0, shownDigest) ?? 'not in the registry';
  return `the training image ${image} changed: it is ${words(now)} now, and was ${words(digest)}`;
}

/** As long as the short form of `docker images --digests`: the algorithm and 12 digits. */
const shownDigest = 'sha256:'.length + 12;
