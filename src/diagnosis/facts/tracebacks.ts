import type { Frame, Statement, Thrown } from './facts.ts';
import { frameIn } from './frames.ts';
import { begins, exceptionIn, kindOf, type LineKind, passesOnAnother } from './line-kinds.ts';

/** A traceback of a deep recursion has a thousand frames; nothing of interest is further away than this. */
const longest = 400;
const maxMessageLines = 30;
const maxMessage = 4_000;

export interface Traceback {
  readonly chain: readonly Thrown[];
  /** The line after the last one. */
  readonly end: number;
  readonly form: Statement['form'];
}

interface Open {
  type: string;
  message: string[];
  frames: Frame[];
  link: Thrown['link'];
}

/** Reads the traceback or exception that begins at a line, with all exceptions that Python links to it. */
export function tracebackAt(texts: readonly string[], start: number): Traceback | undefined {
  const text = texts[start] ?? '';
  if (!begins(text)) return undefined;
  const reader = new Reader();
  const limit = Math.min(texts.length, start + longest);
  let end = start;
  while (end < limit && belongs(texts, end, reader)) end += 1;
  const chain = reader.chain();
  const isTraced = kindOf(text) !== 'error' || chain.some(({ frames }) => frames.length > 0);
  return { chain, end: Math.max(end, start + 1), form: isTraced ? 'traceback' : 'exception' };
}

function belongs(texts: readonly string[], index: number, reader: Reader): boolean {
  const text = texts[index] ?? '';
  const kind = kindOf(text);
  const isOver = kind === 'blank' && reader.isComplete() && !reader.isLinked() && !continues(texts, index);
  return !isOver && reader.read(text, kind);
}

/** Whether a link or the traceback of another process follows within a few lines. */
function continues(texts: readonly string[], index: number): boolean {
  const next = texts.slice(index, index + 4).find((text) => !['blank', 'marks'].includes(kindOf(text)));
  return next !== undefined && kindOf(next) === 'link';
}

class Reader {
  readonly #done: Thrown[] = [];
  #open: Open = { type: '', message: [], frames: [], link: 'none' };
  /** Set after a link, until the next exception begins. */
  #linked: Thrown['link'] = 'none';

  /** False if the line no longer belongs to the traceback. */
  read(text: string, kind: LineKind): boolean {
    return this.#readers[kind](text);
  }

  readonly #readers: Readonly<Record<LineKind, (text: string) => boolean>> = {
    head: () => this.#begin(),
    frame: (text) => this.#frame(text),
    link: (text) => this.#link(text),
    error: (text) => this.#error(text),
    entry: () => !this.isComplete(),
    text: (text) => this.#text(text),
    indented: (text) => (this.isComplete() ? this.#more(text) : this.#code(text)),
    blank: () => true,
    marks: () => true,
  };

  isComplete(): boolean {
    return this.#open.message.length > 0;
  }

  /** Whether Python announced another exception that has not begun yet. */
  isLinked(): boolean {
    return this.#linked !== 'none';
  }

  chain(): readonly Thrown[] {
    this.#close();
    return this.#done;
  }

  #begin(): boolean {
    if (!this.isComplete()) return true;
    const passedOn = passesOnAnother(`${this.#open.type}: ${this.#open.message[0] ?? ''}`);
    if (this.#linked === 'none' && !passedOn) return false;
    const link = passedOn ? 'cause' : this.#linked;
    this.#close();
    this.#open = { type: '', message: [], frames: [], link };
    this.#linked = 'none';
    return true;
  }

  #link(text: string): boolean {
    this.#linked = text.startsWith('During') ? 'context' : 'cause';
    return true;
  }

  #frame(text: string): boolean {
    if (!this.#begin()) return false;
    const frame = frameIn(text);
    if (frame !== undefined) this.#open.frames.push(frame);
    return true;
  }

  #error(text: string): boolean {
    if (this.isComplete() && !this.#begin()) return false;
    const found = exceptionIn(text);
    this.#open.type = found?.type ?? '';
    this.#open.message.push(found?.message ?? text);
    return true;
  }

  /**
   * A line without indentation: more of a message, an exception of any name, or the source line of a frame that lost its
   * indentation. Any other line was written by somebody else, and the frames after it begin a traceback of their own.
   */
  #text(text: string): boolean {
    if (this.isComplete()) return this.#more(text);
    const found = exceptionIn(text);
    if (
      found !== undefined &&
      this.#open.frames.length > 0 &&
      !/^(?:return|raise|yield|else|try|finally)$/.test(found.type)
    )
      return this.#error(text);
    if (this.#open.frames.at(-1)?.code !== '') return false;
    return this.#code(text);
  }

  #more(text: string): boolean {
    if (this.#open.message.length >= maxMessageLines) return false;
    this.#open.message.push(text);
    return true;
  }

  #code(text: string): boolean {
    const last = this.#open.frames.pop();
    if (last !== undefined) this.#open.frames.push(last.code === '' ? { ...last, code: text.trim() } : last);
    return true;
  }

  #close(): void {
    const { type, message, frames, link } = this.#open;
    if (type !== '' || message.length > 0 || frames.length > 0)
      this.#done.push({ type, message: message.join('\n').trim().slice(0, maxMessage), frames, link });
    this.#open = { type: '', message: [], frames: [], link: 'none' };
  }
}
