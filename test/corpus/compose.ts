import { type Entry, numberOf } from './entry.ts';

/** What Relight is given of a failed job. */
export interface Composed {
  /** The output of DescribeTrainingJob. */
  readonly describe: { readonly FailureReason?: string } & Readonly<Record<string, unknown>>;
  readonly log: readonly string[];
}

const site = '/opt/conda/lib/python3.11/site-packages';
const toolkit = '2025-11-04 03:12:07,114 sagemaker-training-toolkit';

/** A believable job around the reported lines. Paths, frames and the job are made up; the lines are as reported. */
export function composed(entry: Entry): Composed {
  const dice = numberOf(entry.from + entry.says[0]);
  if (entry.where === 'status') return { describe: stopped(entry.says.join(' ').split(' ')), log: [] };
  if (entry.where === 'reason')
    return { describe: failed(entry.says.join('\n')), log: entry.before?.split('\n') ?? [] };
  const body = bodyOf(entry, dice);
  const log = [...beginning(entry, dice), ...body, ...ending(entry, dice)];
  return { describe: failed(reasonFor(entry, body, dice)), log };
}

function failed(reason: string): Composed['describe'] {
  return {
    ...job,
    TrainingJobStatus: 'Failed',
    SecondaryStatus: 'Failed',
    FailureReason: reason.slice(0, 1024),
  };
}

function stopped(statuses: readonly string[]): Composed['describe'] {
  const last = statuses.at(-1) ?? 'Stopped';
  const start = Date.parse('2025-11-04T01:00:00Z');
  return {
    ...job,
    TrainingJobStatus: last === 'Failed' ? 'Failed' : 'Stopped',
    SecondaryStatus: last,
    EnableManagedSpotTraining: statuses.some((status) => /Interrupted|MaxWait/.test(status)),
    SecondaryStatusTransitions: statuses.map((Status, index) => ({
      Status,
      StartTime: new Date(start + index * 600_000).toISOString(),
      EndTime: new Date(start + (index + 1) * 600_000).toISOString(),
    })),
  };
}

const job = {
  TrainingJobName: 'srl-rlvr-gold-20251104',
  CheckpointConfig: { S3Uri: 's3://srl-rlvr-training/checkpoints/srl-rlvr-gold-20251104/' },
};

/** Failures after the start of training have steps before them; the others have the start of the container. */
function beginning({ before, kinds: [kind] }: Entry, dice: number): string[] {
  const start = [
    `${toolkit} INFO     Invoking user script`,
    `${toolkit} INFO     Starting training on algo-1`,
  ];
  if (before !== undefined) return [...start, ...before.split('\n')];
  const late = ['oom_gpu', 'hang_or_nccl', 'hardware', 'disk_full'].includes(kind);
  if (!late) return start;
  const steps = Array.from(
    { length: 3 + (dice % 4) },
    (_, step) =>
      `{'loss': 0.${412 - step}, 'grad_norm': 0.8${step}, 'learning_rate': 9.5e-07, 'epoch': 0.0${step + 1}}`,
  );
  return [...start, ...steps];
}

function bodyOf({ where, frames, says }: Entry, dice: number): readonly string[] {
  if (where === 'lines') return says;
  if (where === 'torchrun') return summary(says);
  const trace = ['Traceback (most recent call last):', ...frameLines(frames, dice), ...says];
  return dice % 3 === 0 ? trace.map((line) => `[rank${dice % 8}]: ${line}`) : trace;
}

function frameLines(frames: readonly string[], dice: number): string[] {
  const own = [
    [`/opt/ml/code/train.py`, '<module>', 'main()'],
    ['/opt/ml/code/train.py', 'main', 'trainer.train(resume_from_checkpoint=args.resume)'],
  ] as const;
  const library = frames.map((frame) => {
    const [file = '', name = ''] = frame.split(':');
    return [
      file.startsWith('<') ? file : `${site}/${file}`,
      name,
      `return self.${name.replace(/\W/g, '')}(*args)`,
    ] as const;
  });
  return [...own, ...library].flatMap(([file, name, code], index) => [
    `  File "${file}", line ${60 + ((dice >> index) % 900)}, in ${name}`,
    `    ${code}`,
  ]);
}

/** https://docs.pytorch.org/docs/stable/elastic/errors.html */
function summary(rootCause: readonly string[]): readonly string[] {
  return [
    'torch.distributed.elastic.multiprocessing.errors.ChildFailedError: ',
    '============================================================',
    '/opt/ml/code/train.py FAILED',
    '------------------------------------------------------------',
    'Failures:',
    '  <NO_OTHER_FAILURES>',
    '------------------------------------------------------------',
    'Root Cause (first observed failure):',
    '[0]:',
    '  time      : 2025-11-04_03:12:06',
    '  host      : algo-1',
    ...rootCause,
    '============================================================',
  ];
}

/** Some launchers add their own report, as torchrun does. */
function ending({ where, exit }: Entry, dice: number): readonly string[] {
  const failure = [`${toolkit} ERROR    Reporting training FAILURE`, `${toolkit} ERROR    ExitCode ${exit}`];
  if (where !== 'trace' || dice % 5 !== 0) return failure;
  const child = [
    '  rank      : 0 (local_rank: 0)',
    `  exitcode  : ${exit} (pid: 211)`,
    '  error_file: <N/A>',
  ];
  const link = '  traceback : To enable traceback see: https://pytorch.org/docs/stable/elastic/errors.html';
  return [...summary([...child, link]), ...failure];
}

/** Custom images leave an exit code; the training toolkit quotes standard error until the 1,024 characters are full. */
function reasonFor({ exit }: Entry, body: readonly string[], dice: number): string {
  if (dice % 2 === 0) return `AlgorithmError: , exit code: ${exit}`;
  const command = 'Command "/opt/conda/bin/python3.11 train.py --epochs 1"';
  return `AlgorithmError: ExecuteUserScriptError:\nExitCode ${exit}\nErrorMessage "${body.join('\n ')}"\n${command}`;
}
