/**
 * Tests one permission of Relight's role with a harmless call, or gives the reason why no harmless call exists.
 * A text that `run` returns is shown beside the result.
 */
export type Probe = {
  readonly name: string;
  readonly permission: string;
  /** The environment variable or relight.yaml key that names the resource. */
  readonly source?: string;
} & (
  | { readonly kind: 'call'; readonly run: () => Promise<string | undefined> }
  | { readonly kind: 'not-probed'; readonly why: string }
);

/** A probe that passes unless the call throws. The result is ignored. */
export function callProbe(permission: string, name: string, run: () => Promise<unknown>): Probe {
  return {
    kind: 'call',
    permission,
    name,
    run: async () => {
      await run();
      return undefined;
    },
  };
}

/** A probe that also tells people what it found. */
export function tellingProbe(permission: string, name: string, run: () => Promise<string>): Probe {
  return { kind: 'call', permission, name, run };
}

export function notProbed(permission: string, name: string, why: string): Probe {
  return { kind: 'not-probed', permission, name, why };
}
