/** A hash tag, so that all keys share one slot of a clustered Redis. Also the prefix that BullMQ puts before its keys. */
export const keyPrefix = '{relight}';

/**
 * All keys that Relight writes, each with its type, its lifetime and its content; `:<…>` is the rest that `key` appends.
 * Not in this list: BullMQ's own keys (`relight-steps:…` and the other queues), and the keys of the journal, which
 * `incidents/journal` builds itself, because it is below this floor:
 * - `journal:<incident>`: list, until its retention ends: the entries of an incident.
 * - `journal-heads`: hash, until the incident is closed: the length of its journal.
 * - `refused-lines:<incident>`: list, forever: lines that `relight audit repair` set aside.
 * - `incidents`, `incidents:open`: sorted sets: incident ids by time of opening.
 * - `incidents:archived`: hash, 400 days after the end: what is left of incidents that were removed, by id.
 * - `incidents:alike:<fingerprint>`: sorted set, entries 400 days after the end: the newest 100 incident ids with this
 *   fingerprint, by time of diagnosis.
 * - `journals:grown`: sorted set, entries until the vault has the journal: journals with lines that it may lack, by the time since when.
 * - `journals:growth`: string, forever: how many times any journal has grown.
 */
type KeyName =
  /** Hash, forever: since when the vault refuses the journals and why, and how many incidents were rebuilt from it. */
  | 'archive'
  /** `:<channel>` String, forever: the time from which the audit channel tells decisions. */
  | 'audit-since'
  /** Hash, forever: when a lead reset Autopilot, by playbook, step and tier. */
  | 'autopilot-resets'
  /** Hash, entries until the job has ended and a day has passed: what each launch takes up under the caps, by attempt. */
  | 'cap-reservations'
  /** `:<job>` String, 7 days: the folder that a person named for the checkpoints of a job. */
  | 'checkpoint-folder'
  /** Hash, forever: messages that could not be used, by message id. */
  | 'dead-letters'
  /** `:<incident>` Hash, 30 days: what was launched and written in the simulated Region of a drill. */
  | 'drill'
  /** String, forever: since when Redis has kept everything; it is gone when Redis is emptied. */
  | 'epoch'
  /** `:<cause>` Sorted set, 7 days: jobs that failed for this cause, by time of failure. */
  | 'failing'
  /** String, until Slack is back: since when the outage of Slack lasts that was told past Slack. */
  | 'fallback-outage'
  /** Set, until Slack is back: the messages that were sent past Slack, by dedup key. */
  | 'fallback-told'
  /** `:<sha256>` String, 7 days: the bytes of a file on its way to Slack. */
  | 'file'
  /** Sorted set, entries 7 days: `sha256:size` of the files in Redis, by the time they were last stored. */
  | 'files'
  /** Hash, forever: why changes are halted, by source, and the halt that was last announced. */
  | 'halt'
  /** Sorted set, entries 60 days: incidents that follow a job which a person named. */
  | 'followed'
  /** Sorted set, entries 1 year: changes whose result is not in the vault yet, as `incident step attempt`. */
  | 'unarchived'
  /** Hash, forever: when each alarm source was last heard from. */
  | 'heard'
  /** Sorted set, entries 1 day: Slack users by the time they last opened the Home tab. */
  | 'home-readers'
  /** Sorted set, entries 30 days: incidents whose thread a hold keeps back. */
  | 'held'
  /** List, forever: the hash-chained journal of commands that were refused outside any incident. */
  | 'journal-of-workspace'
  /** `:<alarm, job or endpoint>` String, 30 days: its last state change and when it changed recently. */
  | 'last-change'
  /** Hash, entries until the incident is removed: the incident that launched a job, by job name. */
  | 'launched-jobs'
  /** Hash, entries until the mute ends, at most 7 days: alarms in ALARM that a mute rule or a suppressor keeps from opening. */
  | 'muted-alarms'
  /** `:<thread>` String, 30 days: one notice. */
  | 'notice'
  /** Sorted set, entries 30 days: the threads of notices, by time. */
  | 'notices'
  /** `:<id>` String, lifetime set by the caller: an id that one process has claimed. */
  | 'once'
  /** `:<cause>` String, 30 minutes after the last failure: the incident that collects all failures with this cause. */
  | 'outage'
  /** `:<job>` String, 7 days: the outage incident that lists this job. */
  | 'outage-of'
  /** `:<thread>` Hash, until the incident or the notice is removed: the delivery state of each message, by message key. */
  | 'outbox'
  /** `:<thread>` Hash, until the incident is removed: the delivery state of the files of each step. */
  | 'outbox-files'
  /** `:<thread>` String, 12 seconds: the process that is delivering this thread. */
  | 'outbox-lock'
  /** Hash, entries until the incident or the notice is removed: a fingerprint of what each thread showed when its last delivery ended, by thread. */
  | 'outbox-shown'
  /** Sorted set, entries 60 days after the last call: incidents that may have pages to send. */
  | 'paged'
  /** `first`, `cursor`: strings, forever: when polling first started, and the time up to which it is complete. */
  | 'poll'
  /** `:<id>` String, 7 days: a change that the poller has handled. */
  | 'poll:told'
  /** Hash, forever: the last measurement of the account's readiness, and when a person last asked for one. */
  | 'readiness'
  /** `:<scan>` Hash, 24 hours: the plan, the pieces and the result of a data scan. */
  | 'scan'
  /** `:<id>` String, 24 hours: an SNS message that was recorded. */
  | 'seen-message'
  /** Hash, forever: the run ID of the Redis server that is used, and since when; 0 for the first one. */
  | 'server'
  /** `:<job>` Hash, 7 days: the cause that SageMaker's own event gave for the failure. */
  | 'settled-cause'
  /** Hash, forever: alarm sources that were announced as silent, and since when. */
  | 'silent'
  /** `:<channel>` Hash, forever: the token bucket of messages to the channel. */
  | 'slack-bucket'
  /** `:<channel>` Hash, until Slack takes a message: why Slack takes none, since when, and when to try again. */
  | 'slack-gate'
  /** `:<method>` String, as long as Slack asked for: it must not be called, because Slack answered with a rate limit. */
  | 'slack-pause'
  /** `:<channel>` Sorted set, forever: when each waiting thread last asked for a token. */
  | 'slack-seen'
  /** `:<channel>` Sorted set, forever: the threads that wait for a token, most urgent first. */
  | 'slack-waiting'
  /** Sorted set, entries 2 days: incidents with a running silence. */
  | 'snoozed'
  /** Hash, forever: checkpoints on the blocklist, with the reason, who approved it, and for which code. */
  | 'struck-checkpoints'
  /** Sorted set: journals whose newest entries in the vault no signed head covers yet, by the time since when. */
  | 'journals:unsigned'
  /** String, 90 seconds: an ID of the last complete sweep. */
  | 'swept-at'
  /** `:<job>` Hash, 1 hour: since when, and how many times in a row, its checkpoints could not be read. */
  | 'unreadable'
  /** `:<process>` String, 1 minute: what a process last wrote to see whether Redis takes writes. */
  | 'write-check';

export function key(name: KeyName, ...rest: readonly string[]): string {
  return [keyPrefix, name, ...rest].join(':');
}
