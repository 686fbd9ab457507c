import { accessRules, callRules } from './access-rules.ts';
import { checkpointRules } from './checkpoint-rules.ts';
import { codeRules } from './code-rules.ts';
import { collectiveRules } from './collective-rules.ts';
import { dependencyRules } from './dependency-rules.ts';
import { hardwareRules } from './hardware-rules.ts';
import { dataRules } from './input-rules.ts';
import { diskRules, memoryRules } from './memory-rules.ts';
import type { Rule } from './rule.ts';

/**
 * The first rule that matches an exception decides, so the order matters: a full disk looks like a hang, a broken
 * checkpoint or a denied bucket looks like bad data, and nearly everything looks like an error of the code.
 */
export const rules: readonly Rule[] = [
  ...callRules,
  ...memoryRules,
  ...diskRules,
  ...hardwareRules,
  ...checkpointRules,
  ...accessRules,
  ...dependencyRules,
  ...dataRules,
  ...collectiveRules,
  ...codeRules,
];
