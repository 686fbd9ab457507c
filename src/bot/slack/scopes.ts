/** What the bot token must be allowed to do, as manifest.yml asks for it: https://docs.slack.dev/reference/scopes */
export const neededScopes = [
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'usergroups:read',
  'users:read',
] as const;
