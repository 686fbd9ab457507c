/** The sandbox's workspace. The IDs match relight.example.yaml. */
const incidentChannel = 'C0INCIDENT';
export const botUser = 'U0RELIGHT';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
}

/** The first person is the default user in the browser. */
export const people: readonly Person[] = [
  { id: 'U0LEAD', name: 'mira', real_name: 'Mira Okafor (lead)' },
  { id: 'U0RESP', name: 'jonas', real_name: 'Jonas Weber (responder)' },
  { id: 'U0LEAD2', name: 'priya', real_name: 'Priya Nair (lead)' },
  { id: 'U0GUEST', name: 'sam', real_name: 'Sam Visitor (no role)' },
];

export const groups: Readonly<
  Record<string, { readonly handle: string; readonly users: readonly string[] }>
> = {
  S0RESPOND: { handle: 'ml-responders', users: ['U0RESP', 'U0LEAD', 'U0LEAD2'] },
  S0LEADS: { handle: 'ml-leads', users: ['U0LEAD', 'U0LEAD2'] },
};

export const botScopes = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:write',
  'usergroups:read',
  'users:read',
];

const members = [...people.map(({ id }) => id), botUser];

export const channels = [
  { id: incidentChannel, name: 'ml-incidents', members },
  { id: 'C0AUDIT', name: 'ml-audit', members },
  { id: 'C0GENERAL', name: 'general', members: people.map(({ id }) => id) },
];

export interface AppSecrets {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** The URL that Slack sends requests to in HTTP mode. */
  readonly requestUrl?: string;
  /** People in addition to the four of the workspace. */
  readonly morePeople?: readonly Person[];
}

/** The configuration file of the local-slack binary. */
export function workspace({
  botToken,
  appToken,
  signingSecret,
  requestUrl,
  morePeople = [],
}: AppSecrets): unknown {
  const mode = requestUrl === undefined ? { mode: 'socket' } : { mode: 'events', requestUrl };
  return {
    workspace: { name: 'ML Platform', domain: 'ml-platform', teamId: 'T0SANDBOX' },
    apps: [
      {
        appId: 'A0RELIGHT',
        botUserId: botUser,
        botName: 'Relight',
        botToken,
        appToken,
        signingSecret,
        ...mode,
      },
    ],
    users: [...people, ...morePeople],
    channels,
  };
}
