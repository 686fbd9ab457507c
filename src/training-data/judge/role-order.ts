import type { Dialect, Role } from './dialects.ts';
import type { Problem } from './problem.ts';
import { isRecord, type JsonObject } from './record-path.ts';
import { callIds, callsTool } from './tool-calls.ts';

/** The part of a conversation that a field holds. */
export interface Extent {
  /** An answer continues a prompt in another field, so it begins with the assistant. */
  readonly begins: 'user' | 'assistant';
  readonly ends: 'user' | 'assistant' | undefined;
}

/** Tells for each message of a conversation whether its role may follow those before it. */
export class RoleOrder {
  readonly #dialect: Dialect;
  readonly #extent: Extent;
  /** Whether any message calls tools in a field of its own. Otherwise calls may be in the text. */
  readonly #calling: boolean;
  readonly #ids = new Set<string>();
  #called = false;
  #begun = false;
  /** The role of the previous message, and the part that it plays. */
  #name: unknown;
  #part: Part | undefined;

  constructor(messages: readonly unknown[], dialect: Dialect, extent: Extent) {
    this.#dialect = dialect;
    this.#extent = extent;
    this.#calling = messages.some((message) => isRecord(message) && callIds(message) !== undefined);
  }

  /** The role of the last message, if it may not be the last one. */
  get wrongEnd(): { readonly is: unknown; readonly not: string } | undefined {
    const { ends } = this.#extent;
    if (ends === undefined || this.#part === undefined || this.#part === ends) return undefined;
    // A prompt may end with the result of a tool, to which the model replies.
    if (ends === 'user' && this.#part === 'tool') return undefined;
    const [not] = [...this.#dialect.roles].find(([, role]) => role === ends) ?? [ends];
    return { is: this.#name, not: String(not) };
  }

  add(message: JsonObject): Problem['rule'] | undefined {
    const name = message[this.#dialect.role];
    const role = this.#dialect.roles.get(name);
    const part = role === 'call' ? 'assistant' : role;
    const wrong = part === undefined ? withoutPart(name) : this.#wrong(part, name, message);
    this.#begun ||= part !== 'system';
    if (part !== 'tool') this.#called = role === 'call' || callsTool(message);
    for (const id of callIds(message) ?? []) this.#ids.add(id);
    [this.#name, this.#part] = [name, part];
    return wrong;
  }

  #wrong(part: Part, name: unknown, message: JsonObject): Problem['rule'] | undefined {
    if (part === 'system') return this.#begun || this.#name === name ? 'system-not-first' : undefined;
    if (part === 'tool') return this.#answersCall(message) ? undefined : 'tool-without-call';
    if (!this.#begun) return this.#wrongStart(part);
    if (part === this.#part) return 'role-repeated';
    return part === 'user' && this.#awaitsAssistant() ? 'role-order' : undefined;
  }

  #wrongStart(part: Part): Problem['rule'] | undefined {
    const { begins } = this.#extent;
    return part === begins ? undefined : `first-not-${begins}`;
  }

  /** LLaMA-Factory skips a conversation in which the user speaks before the assistant has read the result of a tool. */
  #awaitsAssistant(): boolean {
    return this.#dialect.role === 'from' && this.#part === 'tool';
  }

  /** One message may call several tools, and each of them answers. */
  #answersCall({ tool_call_id: id }: JsonObject): boolean {
    if (typeof id === 'string' && this.#ids.size > 0 && !this.#ids.has(id)) return false;
    if (!this.#begun) return this.#extent.begins === 'assistant';
    const follows = this.#part === 'assistant' || this.#part === 'tool';
    return follows && (this.#called || !this.#calling);
  }
}

type Part = Exclude<Role, 'call'>;

function withoutPart(name: unknown): Problem['rule'] {
  if (name === undefined) return 'field-missing';
  return name === null ? 'field-null' : 'role-unknown';
}
