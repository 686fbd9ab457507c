import { createHash } from 'node:crypto';
import type { TrainingImages } from '../../ports/ports.ts';

/** A registry that has every image, whose tags never move. */
export const simulatedImages: TrainingImages = {
  digestOf: async (image) => `sha256:${createHash('sha256').update(image).digest('hex')}`,
};
