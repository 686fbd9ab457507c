import { z } from 'zod';
import { OpsError, type OpsErrorCode } from '../../errors.ts';
import { isObject } from '../../ports/basics.ts';
import type { ImageBasis } from '../../ports/basis.ts';
import type { CloneDraft, JsonObject, TrainingImages } from '../../ports/ports.ts';
import { digestIn, isBuiltInImage, pinnedTo } from '../../training-job/image-names.ts';

/** A job of a SageMaker or marketplace algorithm has an AlgorithmName, and no image of its own. */
const Request = z.object({
  AlgorithmSpecification: z.object({
    AlgorithmName: z.string().optional(),
    TrainingImage: z.string().optional(),
  }),
});

/** The request with its image pinned, what it still relies on, and what people must know about it. */
export interface FrozenImage {
  readonly draft: CloneDraft;
  readonly basis: readonly ImageBasis[];
  readonly warnings: readonly string[];
  /** By field of the difference. */
  readonly reasons: Readonly<Record<string, string>>;
}

/**
 * Freezes the training image of a launch: names it by its digest, so that a tag that moves after the approval changes
 * nothing. An image of a SageMaker algorithm keeps its tag, by which SageMaker knows the algorithm; its digest is compared
 * right before the launch instead. A registry that cannot be read does not stop a recovery: the approvers are told what
 * Relight cannot see. `job`: the ARN of the failed job.
 */
export async function freezeImage(
  draft: CloneDraft,
  job: string,
  images: TrainingImages,
): Promise<FrozenImage> {
  const image = imageIn(draft.request);
  const asItIs = { draft, basis: [], warnings: [], reasons: {} };
  if (image === undefined || digestIn(image) !== undefined) return asItIs;
  try {
    const digest = await images.digestOf(image);
    if (digest === undefined)
      return {
        ...asItIs,
        basis: [{ kind: 'image', image }],
        warnings: [`Amazon ECR has no image ${image}: the job would fail to start`],
      };
    if (isBuiltInImage(image, job)) return { ...asItIs, basis: [{ kind: 'image', image, digest }] };
    return {
      ...asItIs,
      draft: pinned(draft, pinnedTo(image, digest)),
      reasons: { [field]: whyPinned(image) },
    };
  } catch (thrown) {
    const reason = thrown instanceof OpsError ? reasonFor(thrown) : undefined;
    if (reason === undefined) throw thrown;
    const unseen =
      'Relight could not read the image’s digest, so it cannot see whether the image changes before the launch';
    return { ...asItIs, warnings: [`${unseen} (${reason})`] };
  }
}

const field = 'AlgorithmSpecification.TrainingImage';

function whyPinned(image: string): string {
  const tag = /:([^/:]*)$/.exec(image)?.[1] ?? 'latest';
  return `pinned to the image that the tag ${tag} names now: SageMaker would look the tag up again when the job starts`;
}

function pinned(draft: CloneDraft, image: string): CloneDraft {
  const { AlgorithmSpecification: algorithm } = draft.request;
  if (!isObject(algorithm)) return draft;
  const request = { ...draft.request, AlgorithmSpecification: { ...algorithm, TrainingImage: image } };
  return { ...draft, request };
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
