/** REDIS_URL may hold a password in its user part or query. Everything that prints the URL or an error about it uses this. */

/** The URL without its secrets, or only its scheme if the secrets cannot be identified reliably. */
export function showRedisUrl(url: string): string {
  const scheme = /^rediss?:\/\//i.exec(url)?.[0] ?? 'redis://';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed !== undefined && isClear(parsed) ? `${scheme}${placeOf(parsed)}` : `${scheme}…`;
}

/** An unescaped /, ? or # in a password ends the user part early, so the apparent host and port may be the password. */
function isClear({ protocol, hostname, pathname, search, hash }: URL): boolean {
  const cutShort = `${pathname}${search}${hash}`.includes('@');
  const isHost = /^(\[[0-9a-f:.]+\]|[\w.-]+)$/i.test(hostname);
  return /^rediss?:$/.test(protocol) && !cutShort && isHost && /^(\/\d*)?$/.test(pathname);
}

function placeOf({ username, password, host, pathname, search }: URL): string {
  const user = username === '' && password === '' ? '' : '…@';
  return `${user}${host}${pathname}${search === '' ? '' : '?…'}`;
}

/** Removes the URL's secrets from text such as a library's error message. */
export function withoutRedisSecrets(text: string, url: string): string {
  return [url, ...secretsOf(url)]
    .toSorted((one, other) => other.length - one.length)
    .reduce((shown, secret) => shown.replaceAll(secret, secret === url ? showRedisUrl(url) : '…'), text);
}

/** Shorter secrets match parts of words by chance, and removing them would make the text unreadable. */
const minSecretLength = 3;

/** Everything that may be a password, raw and decoded: the text before the last @, and all query values. */
function secretsOf(url: string): readonly string[] {
  const rest = url.replace(/^[a-z]+:\/\//i, '');
  const at = rest.lastIndexOf('@');
  const user = at === -1 ? '' : rest.slice(0, at);
  const query = [...rest.matchAll(/[?&][^=&#?]*=([^&#]*)/g)].map(([, value = '']) => value);
  const found = [user, user.slice(user.indexOf(':') + 1), user.split(':')[0] ?? '', ...query];
  return [...new Set(found.flatMap((one) => [one, decoded(one)]))].filter(
    (one) => one.length >= minSecretLength && one !== 'default',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
