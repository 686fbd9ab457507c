import { originForm } from '../../relaunch/choice/checkpoint-choice.ts';
import { Origin, type Relaunch } from '../../relaunch/relaunch-terms.ts';
import { defineAction, relaunching, z } from '../define.ts';

const Input = z.object({ job: z.string(), origin: Origin, rpoMinutes: z.number() });

export const resumeAfterHang = defineAction({
  name: 'resume-after-hang',
  effect: 'change',
  title: 'Resume once, as it was',
  does: 'Launches a copy of the failed job on the same kind of hardware, from the newest good checkpoint.',
  approver: 'responder',
  button: 'Resume once',
  input: Input,
  ...relaunching(relaunchOf),
  adjust: originForm,
});

function relaunchOf({ job, origin, rpoMinutes }: z.infer<typeof Input>): Relaunch {
  return {
    job,
    origin,
    rpoMinutes,
    warnings: [
      'A hang can come from the code: if the copy hangs at the same place, its code or its data need a look',
    ],
  };
}
