import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { OpsError } from '../../errors.ts';
import { plainJson, plainLine, plainText } from '../../sanitize/plain-text.ts';
import { redactText, redactValue } from '../../sanitize/redaction.ts';

/** All terminal output goes through here. It removes secrets and control sequences from untrusted text. */

function safeLine(line: string): string {
  return redactText(plainLine(line));
}

/** Results go to standard output: plain lines for people or, with `--json`, one JSON value for scripts. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(`${lines.map(safeLine).join('\n')}\n`);
}

export function printResult(json: boolean | undefined, value: unknown, lines: readonly string[]): void {
  if (json === true) printJson(value);
  else printLines(lines);
}

export function printJson(value: unknown, indent: 0 | 2 = 2): void {
  process.stdout.write(`${plainJson(JSON.stringify(redactValue(value), null, indent))}\n`);
}

/** Prints a complete document, such as Markdown. */
export function printText(text: string): void {
  process.stdout.write(redactText(plainText(text)));
}

/** Writes a document of any size to standard output or to a file that only this user can read; the pieces contain no secrets. */
export async function printPieces(pieces: AsyncIterable<string>, file?: string): Promise<void> {
  if (file === undefined) {
    for await (const piece of pieces) await written(piece);
    return;
  }
  try {
    await pipeline(Readable.from(pieces), createWriteStream(file, { mode: 0o600 }));
  } catch (cause) {
    throw isFileError(cause)
      ? new OpsError('config-invalid', `--out ${file}: ${cause.message}`, { cause })
      : cause;
  }
}

/** Waits for a slow reader, so that the document is never in memory as a whole. */
async function written(piece: string): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

function isFileError(thrown: unknown): thrown is Error {
  return thrown instanceof Error && 'syscall' in thrown && thrown.syscall === 'open';
}

/** Progress goes to standard error, so that standard output only contains the result. */
export function printProgress(line: string): void {
  process.stderr.write(`${safeLine(line)}\n`);
}

/** Problems go to standard error, one line each. */
export function printProblems(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`relight: ${safeLine(problem)}\n`);
}

/** Ends a command that was called with the wrong arguments. */
export function misused(command: Command, why: string): never {
  return command.error(`relight: ${why}`, { exitCode: 2 });
}
