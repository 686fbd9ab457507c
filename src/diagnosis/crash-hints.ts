interface Hint {
  readonly pattern: RegExp;
  readonly says: string;
}

/** Hints that narrow the search without being a diagnosis: https://tldp.org/LDP/abs/html/exitcodes.html for the codes. */
const hints: readonly Hint[] = [
  // https://github.com/aws/sagemaker-python-sdk/issues/134
  {
    pattern: /\bexit ?code:? ?(?:139|-11)\b/i,
    says: 'It crashed in native code (segmentation fault): look at the versions of CUDA, drivers and extensions',
  },
  { pattern: /\bexit ?code:? ?(?:134|-6)\b/i, says: 'It aborted itself: the lines before the abort say why' },
  {
    pattern: /\bexit ?code:? ?127\b/i,
    says: 'A command was not found: look at the entry point and at what the image contains',
  },
  { pattern: /\bexit ?code:? ?126\b/i, says: 'A command may not be executed: look at the entry point' },
  // https://github.com/aws/amazon-sagemaker-examples/pull/3108
  {
    pattern: /Training job names must be unique|ResourceInUse/,
    says: 'A training job of this name exists already: give the new one another name',
  },
  // https://github.com/Kenza-AI/sagify/issues/57
  {
    pattern: /Member must satisfy regular expression pattern/,
    says: 'A field of the request has a form that SageMaker refuses: correct it and send it again',
  },
];

export function hintsIn(text = ''): string[] {
  return hints.filter(({ pattern }) => pattern.test(text)).map(({ says }) => says);
}
