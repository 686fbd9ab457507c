import fc from 'fast-check';
import type { CalledLevel } from '../../src/incidents/model/calls/escalation-states.ts';
import { anyText } from './any-text.ts';

/** What the thread shows about the people in charge, full of text that tries to be markup. */

const user = fc.oneof(fc.constant('U0LEAD'), anyText);
const at = fc.integer({ min: 0, max: 100_000_000 });
const attempt = fc.integer({ min: 1, max: 9 });
/** Few, so that a call is often the last one of its level. */
const momentOfCall = fc.constantFrom(1_000, 2_000);
const level = fc.constantFrom('responder' as const, 'predicted' as const, 'contacts' as const);

export const anyChargeNotes = fc.array(
  fc.record({
    at: momentOfCall,
    event: fc.oneof(
      fc.record({
        type: fc.constant('paused' as const),
        why: anyText,
        by: fc.record({ user, via: fc.constant('form' as const) }),
      }),
      fc.record({
        type: fc.constant('escalated' as const),
        level,
        number: attempt,
        percent: fc.integer({ min: 0, max: 500 }),
        deadline: at,
        predictedRecoveryAt: at,
        call: fc.record({
          users: fc.array(user, { maxLength: 3 }),
          groups: fc.array(anyText, { maxLength: 3 }),
        }),
        pages: fc.boolean(),
      }),
      fc.record({
        type: fc.constant('job-took-over' as const),
        job: anyText,
        by: fc.record({ user, via: fc.constant('form' as const) }),
      }),
    ),
  }),
  { maxLength: 3 },
);

export const anyCalled: fc.Arbitrary<readonly CalledLevel[]> = fc.array(
  fc.record(
    {
      level,
      first: attempt,
      number: attempt,
      at: momentOfCall,
      pages: fc.boolean(),
      acknowledged: fc.record({ by: user, at }),
      paged: fc.record({
        action: fc.constant('trigger' as const),
        number: attempt,
        open: fc.boolean(),
        refused: anyText,
      }),
    },
    { requiredKeys: ['level', 'first', 'number', 'at', 'pages'] },
  ),
  { maxLength: 3 },
);
