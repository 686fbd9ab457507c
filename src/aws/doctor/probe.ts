/** One permission of Relight's role: asked for harmlessly, or with the reason why only the real call would tell. */
export type Probe = {
  readonly name: string;
  readonly permission: string;
  /** The variable or key that names what is asked for. */
  readonly source?: string;
} & (
  | { readonly kind: 'asked'; readonly run: () => Promise<void> }
  | { readonly kind: 'not-probed'; readonly why: string }
);

/** Probes run the call; what it answers does not matter, unless it throws. */
export function asked(permission: string, name: string, run: () => Promise<unknown>, source?: string): Probe {
  return {
    kind: 'asked',
    permission,
    name,
    ...(source !== undefined && { source }),
    run: async () => {
      await run();
    },
  };
}

export function notProbed(permission: string, name: string, why: string): Probe {
  return { kind: 'not-probed', permission, name, why };
}
