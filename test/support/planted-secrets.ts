import { seedRequest } from '../../sandbox/aws/seed-job.ts';
import { seededRandom } from './seeded-random.ts';

/** A training job, its environment, its data and what people type about it, with more than 200 secrets of all shapes. */

const random = seededRandom(20_251_104);
const all: string[] = [];
const small = 'abcdefghijkmnpqrstuvwxyz';
const digits = '23456789';
const mixed = `${small}${small.toUpperCase()}${digits}`;

function randomText(count: number, alphabet: string): string {
  return Array.from({ length: count }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

/** Records a secret, and inserts it into `frame` instead of `SECRET`. */
function planted(secret: string, frame = 'SECRET'): string {
  all.push(secret);
  return frame.replace('SECRET', () => secret);
}

/** A secret without a recognizable shape: only its name identifies it. */
const plain = (): string => randomText(13, `${small}${digits}`);

const shapes: readonly (() => string)[] = [
  () => planted(`AKIA${randomText(16, `${small.toUpperCase()}234567`)}`),
  () => planted(`Zz7${randomText(37, mixed)}`),
  () => planted(`hf_${randomText(34, mixed)}`),
  () => planted(`ghp_${randomText(36, mixed)}`),
  () => planted(`xoxb-${randomText(12, digits)}-${randomText(24, mixed)}`),
  () => planted(`sk-proj-Aa1${randomText(40, mixed)}`),
  () => planted(`eyJ${randomText(20, mixed)}.eyJ${randomText(40, mixed)}.${randomText(30, mixed)}`),
  () => planted(randomText(10, mixed), 'postgresql://mlflow:SECRET@db.internal:5432/runs'),
  () => planted(randomText(10, mixed), 'redis://cache:6379/0?password=SECRET&db=1'),
  () => planted(randomText(64, '0123456789abcdef'), 'https://b.s3.amazonaws.com/k?X-Amz-Signature=SECRET'),
  () => planted(`glpat-${randomText(20, mixed)}`),
  () => planted(`npm_${randomText(36, mixed)}`),
];

function shaped(count: number): string[] {
  return Array.from({ length: count }, (_, index) => (shapes[index % shapes.length] ?? plain)());
}

const stems = ['WANDB', 'HF', 'GITHUB', 'DB', 'MLFLOW', 'CLIENT'];
const endings = ['API_KEY', 'TOKEN', 'PASSWORD', 'SECRET', 'CREDENTIALS', 'ACCESS_KEY', 'PRIVATE_KEY'];
const names = stems.flatMap((stem) => endings.map((ending) => `${stem}_${ending}`));
const camel = (name: string): string =>
  name.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const dashed = (name: string): string => name.toLowerCase().replaceAll('_', '-');

function valuesFor(named: readonly string[], value: () => string): Record<string, string> {
  return Object.fromEntries(named.map((name) => [name, planted(value())]));
}

function numbered(prefix: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${prefix}${index}`, value]));
}

const environment = {
  ...valuesFor(names, plain),
  WANDB_KEY: planted(randomText(40, '0123456789abcdef')),
  ...numbered('SETTING_', shaped(26)),
};
const hyperParameters = {
  ...valuesFor(names.slice(0, 10).map(camel), plain),
  ...valuesFor(names.slice(10, 22).map(dashed), plain),
  ...numbered('extra_', shaped(12)),
  report_to: JSON.stringify({
    wandb: valuesFor(names.slice(0, 8), plain),
    hub: { credentials: { user: planted(plain()), inner: [planted(plain()), planted(plain())] } },
    steps: 10,
  }),
  script_args: JSON.stringify([
    '--epochs',
    '1',
    '--api-key',
    planted(plain()),
    '--hub-token',
    planted(plain()),
  ]),
  // JSON inside JSON, as the SageMaker SDK encodes it.
  nested: JSON.stringify(JSON.stringify(valuesFor(names.slice(20, 26), plain))),
};

const inCheckpoints = planted(`hf_${randomText(34, mixed)}`);
const inData = planted(`ghp_${randomText(36, mixed)}`);
const inOutput = planted(`glpat-${randomText(20, mixed)}`);
const deployToken = planted(plain());

export const failureReason = [
  'AlgorithmError: ExecuteUserScriptError: ExitCode 1 Command "/opt/conda/bin/python3 train.py',
  ...names.slice(0, 8).map((name) => `--${dashed(name)} ${planted(plain())}`),
  ...names.slice(8, 14).map((name) => `${name}=${planted(plain())}`),
  `--model ${shaped(1).join('')}", exit code: 1`,
].join(' ');

export const logLines: readonly string[] = [
  'Traceback (most recent call last):',
  ...names.slice(0, 12).map((name) => `  ${name}=${planted(plain())} was read`),
  ...names
    .slice(12, 18)
    .map((name) => `  config: {'${name.toLowerCase()}': '${planted(plain())}', 'lr': 0.1}`),
  ...shaped(24).map((secret) => `  connecting with ${secret}`),
  `  Authorization: Bearer ${planted(randomText(24, mixed))}`,
  `  wandb: using API key ${planted(randomText(40, '0123456789abcdef'))}`,
  `RuntimeError: the hub refused --hub-token ${planted(plain())}`,
];

export const alarmReason = `Threshold Crossed: ${shaped(5).join(' ')} --db-password ${planted(plain())} was given`;
export const deadLetters: readonly string[] = [
  `no JSON: ${shaped(4).join(' ')} API_KEY=${planted(plain())}`,
  JSON.stringify({ AlarmName: 'NobodyKnowsMe', NewStateValue: 'ALARM', api_key: planted(plain()) }),
  JSON.stringify({
    Type: 'Notification',
    Message: JSON.stringify({ AlarmName: 'x', token: planted(plain()) }),
  }),
];
export const redisPassword = planted(`p-${randomText(18, mixed)}`);

/** Valid records of training data, whose texts have secrets. */
export const dataLines = [1, 2, 3, 4]
  .map((n) => {
    const problem = `${n} + 1? The key is ${shaped(2).join(' ')}.`;
    return `${JSON.stringify({ id: `${n}`, problem, steps: [`${n} + 1 = ${n + 1}`], ground_truth: `${n + 1}` })}\n`;
  })
  .join('');

/** What people paste into forms and commands. */
export const typed = {
  why: `The host was replaced, see ${shaped(8).join(' ')}.`,
  command: shaped(1).join(''),
  postmortem: {
    cause: `The host had MLFLOW_PASSWORD=${planted(plain())} and ${shaped(5).join(' ')}.`,
    helped: `curl -H "Authorization: Bearer ${planted(randomText(24, mixed))}" and a checkpoint.`,
    prevention: `Nothing with --api-key ${planted(plain())}.`,
    owner: 'Mira',
    due: '2026-12-24',
  },
} as const;

export const secretJob = 'srl-rlvr-gold-20251201';
export const trainingData = `s3://srl-rlvr-training/training-data/${inData}/` as const;

/** The input of CreateTrainingJob. The job trains until a test fails it. */
export function requestWithSecrets(): Record<string, unknown> {
  const request = seedRequest(secretJob, 'gold', 'ml.p4d.24xlarge', hyperParameters);
  const channel = { S3DataType: 'S3Prefix', S3Uri: trainingData, S3DataDistributionType: 'FullyReplicated' };
  return {
    ...request,
    InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: channel }, InputMode: 'FastFile' }],
    OutputDataConfig: { S3OutputPath: `s3://srl-rlvr-training/output/${inOutput}/` },
    CheckpointConfig: {
      S3Uri: `s3://srl-rlvr-training/checkpoints/${inCheckpoints}/${secretJob}/`,
      LocalPath: '/opt/ml/checkpoints',
    },
    Environment: { NCCL_DEBUG: 'WARN', ...environment },
    Tags: [
      { Key: 'team', Value: 'alignment' },
      { Key: 'deploy_token', Value: deployToken },
    ],
  };
}

export const inRequest = { environment, hyperParameters };
export const secrets: readonly string[] = all;
