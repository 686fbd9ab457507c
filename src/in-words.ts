/** Numbers and times for tired readers: separators, units, and no needless digits. */

export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** A new formatter takes 20 times as long as using one, and messages are full of numbers. */
const formatters = {
  0: new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 }),
  1: new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 }),
  2: new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 }),
};

/** With separators, and at most so many digits after the point: `1,234.5`. */
export function rounded(n: number, digits: keyof typeof formatters): string {
  return formatters[digits].format(n);
}

/** `1 file`, `2 files`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** Whole minutes below two hours, then hours and minutes, then days and hours: `45 min`, `4 h`, `2 h 5 min`, `3 d`. */
export function minutes(n: number): string {
  const whole = Math.round(n);
  if (whole < 120) return `${whole} min`;
  if (whole < 48 * 60) return units(Math.floor(whole / 60), 'h', whole % 60, 'min');
  return units(Math.floor(whole / 1440), 'd', Math.floor((whole % 1440) / 60), 'h');
}

function units(many: number, unit: string, rest: number, smaller: string): string {
  return rest === 0 ? `${many} ${unit}` : `${many} ${unit} ${rest} ${smaller}`;
}

export function sizeInWords(bytes: number): string {
  if (bytes < 1024) return counted(bytes, 'byte');
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${rounded(value, value < 100 ? 1 : 0)} ${['', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

/** `2026-11-23 03:14 UTC`. */
export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `03:14 UTC`. */
export function clock(at: number): string {
  return time(at).slice(11);
}

/** Shortens untrusted text for quoting. */
export function quote(text: string, most = 200): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
