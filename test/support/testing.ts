/** `relight/testing`: what the test of an own action needs; `docs/authors.md` shows one. */
export { tokenFor } from './a-token.ts';
export { aJob, type FakePorts, fakePorts, firstTry } from './fake-ports.ts';
