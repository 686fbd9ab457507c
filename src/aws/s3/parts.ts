const mebibyte = 1024 ** 2;

/**
 * S3 takes at most 10,000 parts, and but for the last one none below 5 MiB:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 * How long the object gets is not known beforehand, so later parts are larger: 8 GiB in the first thousand, 570 GiB in all.
 */
function partSize(number: number): number {
  return number <= 1000 ? 8 * mebibyte : 64 * mebibyte;
}

/** The bytes cut into parts for an upload; none when there are no bytes. */
export async function* inParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let open: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of chunks) {
    let rest = chunk;
    while (length + rest.length >= partSize(number)) {
      const room = partSize(number) - length;
      yield Buffer.concat([...open, rest.subarray(0, room)]);
      rest = rest.subarray(room);
      open = [];
      length = 0;
      number += 1;
    }
    open.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(open);
}
