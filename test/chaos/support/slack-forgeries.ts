import fc from 'fast-check';
import { type SignedRequest, signed } from '../../support/slack-requests.ts';
import * as changes from './request-changes.ts';
import { type Change, type RawRequest, signature, withBody, withHeaders } from './request-changes.ts';

/** A request that did not come from Slack just now, with the name of what is wrong with it. */
export interface Forgery extends RawRequest {
  readonly name: string;
}

interface Genuine {
  /** Requests of every kind, signed at this moment and not sent yet. */
  readonly fresh: readonly SignedRequest[];
  /** A request that Relight has accepted before. */
  readonly accepted: SignedRequest;
  /** The moment, in ms since 1970. */
  readonly at: number;
}

/** Requests that must all be refused, in the proportions of an attack: few are huge, because few are needed. */
export function slackForgeries({ fresh, accepted, at }: Genuine): fc.Arbitrary<Forgery> {
  const request = fc.constantFrom(...fresh);
  const oneOf = (ways: readonly Change[], from = request): fc.Arbitrary<RawRequest> =>
    fc.tuple(from, fc.constantFrom(...ways)).map(([one, way]) => way(one));
  const kinds: Readonly<Record<string, readonly [weight: number, fc.Arbitrary<RawRequest>]>> = {
    'flipped bits in the body': [10, request.chain(flipped)],
    'another digit in the signature': [8, request.chain(digitChanged)],
    'another signature': [7, oneOf(changes.missigned)],
    'another timestamp': [8, oneOf(changes.misdated)],
    'another secret': [5, request.map((one) => signedAgain(one, at, 'another-signing-secret'))],
    'another encoding of the body': [8, oneOf(changes.recoded)],
    'another content type': [4, oneOf(changes.mistyped)],
    'a missing header': [3, oneOf(changes.missing)],
    'a date in the past': [8, shifted(request, at, -1)],
    'a date in the future': [8, shifted(request, at, 1)],
    'a replay': [20, oneOf(changes.replayed, fc.constant(accepted))],
    'a body without a signature of its own': [4, oneOf(changes.unsigned)],
    'any JSON': [3, fc.tuple(request, fc.json()).map(([one, body]) => withBody(one, body))],
    'deep JSON': [2, ofLength(request, 100_000, (depth) => '['.repeat(depth))],
    'a huge body': [1, ofLength(request, 500_000, (more) => 'x'.repeat(1_048_576 + more))],
  };
  return fc.oneof(
    ...Object.entries(kinds).map(([name, [weight, made]]) => ({
      weight,
      arbitrary: made.map((one) => ({ ...one, name })),
    })),
  );
}

function signedAgain({ body, headers }: SignedRequest, at: number, secret?: string): RawRequest {
  return withHeaders(signed(body, headers['content-type'], at, secret), {});
}

/** Rightly signed, at least 310 s from now: the limit is 300 s, and a request may take a while to arrive. */
function shifted(
  request: fc.Arbitrary<SignedRequest>,
  at: number,
  direction: 1 | -1,
): fc.Arbitrary<RawRequest> {
  return fc
    .tuple(request, fc.integer({ min: 310, max: 50_000_000 }))
    .map(([one, seconds]) => signedAgain(one, at + direction * seconds * 1_000));
}

/** One to three bits of the body are flipped. */
function flipped(one: SignedRequest): fc.Arbitrary<RawRequest> {
  const places = fc.uniqueArray(fc.nat({ max: one.body.length * 8 - 1 }), { minLength: 1, maxLength: 3 });
  return places.map((bits) => {
    const bytes = Buffer.from(one.body);
    for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return withBody(one, bytes);
  });
}

function digitChanged(one: SignedRequest): fc.Arbitrary<RawRequest> {
  const given = one.headers[signature];
  return fc
    .tuple(fc.integer({ min: 3, max: given.length - 1 }), fc.nat({ max: 15 }))
    .map(([place, digit]) => `${given.slice(0, place)}${digit.toString(16)}${given.slice(place + 1)}`)
    .filter((changed) => changed !== given)
    .map((changed) => withHeaders(one, { [signature]: changed }));
}

function ofLength(
  request: fc.Arbitrary<SignedRequest>,
  max: number,
  body: (length: number) => string,
): fc.Arbitrary<RawRequest> {
  return fc
    .tuple(request, fc.integer({ min: 1_000, max }))
    .map(([one, length]) => withBody(one, body(length)));
}
