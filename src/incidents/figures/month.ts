/** The month of a time in UTC, such as 2026-11: the figures are kept by it. */
export function monthOf(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}
