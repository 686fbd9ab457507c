/** `relight/testing`: helpers for tests of an author's own actions; `docs/authors.md` shows one. */
export { tokenFor } from './a-token.ts';
export { aJob, type FakePorts, fakePorts, firstTry } from './fake-ports.ts';
