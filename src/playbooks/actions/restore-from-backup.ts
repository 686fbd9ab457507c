import { nameOf } from '../../checkpoints/folders.ts';
import { count, counted, sizeInWords } from '../../in-words.ts';
import { lostWork } from '../../relaunch/lost/lost-from-scratch.ts';
import { GoodCheckpoint, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { sizeOf } from '../../relaunch/staged-sizes.ts';
import { defineAction, proposeRelaunch, relaunching, S3Uri, z } from '../define.ts';

const Input = z.object({
  job: z.string(),
  /** The backup folder that contains the checkpoint. */
  uri: S3Uri,
  checkpoint: GoodCheckpoint,
  rpoMinutes: z.number(),
  /** False if the age counts from when the backup was made. */
  ageIsSure: z.boolean().default(true),
});
type Input = z.infer<typeof Input>;

export const restoreFromBackup = defineAction({
  name: 'restore-from-backup',
  effect: 'change',
  title: 'Restore from backup',
  does: 'Copies the backup to a new folder, verifies every file, and launches a copy of the failed job from there.',
  approver: 'responder',
  button: 'Restore and resume',
  input: Input,
  ...relaunching(relaunchOf),
  preview: async (input, ports, key) => {
    const { checkpoint, ageIsSure } = input;
    const { files, bytes } = await sizeOf(checkpoint.uri, ports.checkpoints);
    const copy = `${nameOf(checkpoint.uri)} (${counted(files, 'file')}, ${sizeInWords(bytes)})`;
    const { steps = 0 } = await lostWork(await ports.training.describe(input.job), ports);
    const relaunch: Relaunch = {
      ...relaunchOf(input),
      reasons: {
        'CheckpointConfig.S3Uri': `a copy of ${copy} from the backup in a folder of its own: nothing is written to the backup or to the old folder`,
      },
      warnings: [
        ...(ageIsSure ? [] : ['The age counts from when the backup was made: the actual loss may be larger']),
        ...(steps > checkpoint.step
          ? [
              `The job had reached step ${count(steps)}: ${counted(steps - checkpoint.step, 'step')} will be trained again`,
            ]
          : []),
      ],
    };
    return proposeRelaunch(relaunch, ports, key);
  },
});

function relaunchOf({ job, uri, checkpoint, rpoMinutes, ageIsSure }: Input): Relaunch {
  return { job, rpoMinutes, ageIsSure, origin: { from: 'checkpoint', uri, checkpoint } };
}
