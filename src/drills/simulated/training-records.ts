/** The training data: one JSON record per line. If it is broken, a line is cut off in the middle. */
export function trainingRecords(isBroken: boolean): Uint8Array {
  const records = Array.from({ length: 200 }, (_, index) => recordAt(index));
  const lines = records.map((record, index) => (isBroken && index === 120 ? record.slice(0, 20) : record));
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

function recordAt(index: number): string {
  return JSON.stringify({ prompt: `What is ${index} plus ${index}?`, completion: String(index + index) });
}
