import { VersionDemand } from '../../diagnosis/version-demand.ts';
import { archiveOf } from '../../relaunch/pin/plan-pin.ts';
import { normalized, type Pin, readPin } from '../../relaunch/pin/requirement.ts';
import { type LineChange, withPin } from '../../relaunch/pin/requirements-file.ts';
import type { SourceArchive } from '../../relaunch/pin/source-archive.ts';
import { tags } from '../../relaunch/relaunch-proposal.ts';
import { defineAction, OpsError, type ReadPorts, type Report, S3Uri, z } from '../define.ts';

const Plan = z.object({
  /** `ask`: a person must type the version. `none`: a pin in the archive does not help or is not possible. */
  way: z.enum(['pin', 'ask', 'none']),
  /** For people, one clause: why not, or what to type. */
  why: z.string(),
  /** E.g. `torch>=2.6`. */
  pin: z.string().optional(),
  package: z.string().optional(),
  /** The line of requirements.txt now. */
  before: z.string().optional(),
  archive: S3Uri.optional(),
  /** Packages that earlier recoveries pinned. */
  pinned: z.array(z.string()),
});
type Plan = z.infer<typeof Plan>;

const Input = z.object({
  job: z.string(),
  demand: VersionDemand.optional(),
  /** True if a person chose the playbook, and so may know the package. */
  chosen: z.boolean().optional(),
});
type Input = z.infer<typeof Input>;

export const planDependencyPin = defineAction({
  name: 'plan-dependency-pin',
  effect: 'read',
  title: 'Pin plan',
  does: 'Finds the package and the version that the job needs, and reads requirements.txt in its source archive.',
  input: Input,
  output: Plan,
  report,
  run: async (input, ports) => {
    const pinned = await pinnedBefore(input.job, ports);
    try {
      return { ...(await planFor(input, pinned, ports)), pinned };
    } catch (thrown) {
      if (!(thrown instanceof OpsError) || thrown.code !== 'source-unusable') throw thrown;
      return { ...none(`${byHand(input)}: ${thrown.detail ?? thrown.message}`), pinned };
    }
  },
});

type Way = Omit<Plan, 'pinned'>;

function none(why: string): Way {
  return { way: 'none', why };
}

async function pinnedBefore(job: string, { training }: ReadPorts): Promise<string[]> {
  return (await training.tags(job)).get(tags.pinned)?.split(' ') ?? [];
}

async function planFor({ job, demand, chosen }: Input, pinned: string[], ports: ReadPorts): Promise<Way> {
  if (demand === undefined && chosen !== true)
    return none(
      'the log names no package that a pin could change: rebuild the image or correct requirements.txt by hand',
    );
  const name = demand === undefined ? undefined : normalized(demand.package);
  if (name !== undefined && pinned.includes(name))
    return none(
      `${name} was pinned by an earlier recovery, and the job failed again: a person must choose the versions`,
    );
  const archive = await archiveOf(await ports.training.describe(job), ports);
  return { ...wayWith(demand, archive), archive: archive.object.uri };
}

function wayWith(demand: VersionDemand | undefined, { requirements = '', modules }: SourceArchive): Way {
  if (demand === undefined) return { way: 'ask', why: 'the log names no package' };
  const { package: name, module, specifier } = demand;
  if (module !== undefined && modules.has(module))
    return none(
      `${module} is a module of the source archive, so a pin does not help: correct its place or its import`,
    );
  const pin = readPin(`${name}${specifier ?? ''}`);
  if (specifier === undefined || 'wrong' in pin)
    return { way: 'ask', package: name, why: `the log does not name the version of ${name}` };
  const change = changeBy(pin, requirements);
  if (change === undefined)
    return none(
      `requirements.txt has ${pin.text} already, and the job failed: rebuild the image or choose another version by hand`,
    );
  const { before } = change;
  return {
    way: 'pin',
    package: name,
    pin: pin.text,
    why: `the log asks for ${pin.text}`,
    ...(before !== undefined && { before }),
  };
}

function changeBy(pin: Pin, requirements: string): LineChange | undefined {
  return withPin(requirements, pin).changes[0];
}

function byHand({ demand }: Input): string {
  const wanted = demand === undefined ? 'the right version' : `${demand.package}${demand.specifier ?? ''}`;
  return `Rebuild the image, or correct the code by hand, with ${wanted}`;
}

function report({ way, why, pin, before, archive }: Plan): Report {
  const facts = archive === undefined ? [] : [{ label: 'Source archive', value: archive }];
  if (way === 'none') return { headline: `No pin: ${why}`, facts };
  if (pin === undefined) return { headline: `A person must type the pin: ${why}`, facts };
  return {
    headline: `Pin ${pin}`,
    facts: [{ label: 'requirements.txt now', value: before ?? 'does not name the package' }, ...facts],
  };
}
