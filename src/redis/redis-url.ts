/** REDIS_URL carries passwords, in its user part or its query. Whatever prints the URL or an error about it goes through here. */

/** The URL without its secrets. Where they cannot be told from the rest for sure, only the scheme is left. */
export function showRedisUrl(url: string): string {
  const scheme = /^rediss?:\/\//i.exec(url)?.[0] ?? 'redis://';
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed !== undefined && isClear(parsed) ? `${scheme}${placeOf(parsed)}` : `${scheme}…`;
}

/** An unescaped /, ? or # ends the user part early: what looks like host and port may be the password then. */
function isClear({ protocol, hostname, pathname, search, hash }: URL): boolean {
  const cutShort = `${pathname}${search}${hash}`.includes('@');
  const isHost = /^(\[[0-9a-f:.]+\]|[\w.-]+)$/i.test(hostname);
  return /^rediss?:$/.test(protocol) && !cutShort && isHost && /^(\/\d*)?$/.test(pathname);
}

function placeOf({ username, password, host, pathname, search }: URL): string {
  const user = username === '' && password === '' ? '' : '…@';
  return `${user}${host}${pathname}${search === '' ? '' : '?…'}`;
}

/** Text about the URL, such as an error of a library, without the URL's secrets. */
export function withoutRedisSecrets(text: string, url: string): string {
  return [url, ...secretsOf(url)]
    .toSorted((one, other) => other.length - one.length)
    .reduce((shown, secret) => shown.replaceAll(secret, secret === url ? showRedisUrl(url) : '…'), text);
}

/** Shorter ones stand in many a word by chance, and removing them would make the text unreadable. */
const shortestSecret = 3;

/** Everything that may be a password, as written and decoded: whatever stands before an @, and every value of the query. */
function secretsOf(url: string): readonly string[] {
  const rest = url.replace(/^[a-z]+:\/\//i, '');
  const at = rest.lastIndexOf('@');
  const user = at === -1 ? '' : rest.slice(0, at);
  const query = [...rest.matchAll(/[?&][^=&#?]*=([^&#]*)/g)].map(([, value = '']) => value);
  const found = [user, user.slice(user.indexOf(':') + 1), user.split(':')[0] ?? '', ...query];
  return [...new Set(found.flatMap((one) => [one, decoded(one)]))].filter(
    (one) => one.length >= shortestSecret && one !== 'default',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
