import type { webApi } from '@slack/bolt';
import type { Express } from 'express';
import type { Config } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import type { IdSet } from '../incidents/holds/holds.ts';
import type { Intake } from '../incidents/intake/intake.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import type { Incident } from '../incidents/model/incident.ts';
import type { NoteRefusedStart } from '../incidents/refused-commands.ts';
import type { Log } from '../log.ts';
import type { FilesShown } from '../outbox/outbox.ts';
import type { Catalog } from '../playbooks/catalog.ts';
import type { Clock } from '../ports/ports.ts';
import type { Directory } from './access/directory.ts';

/** What the bot stands on; built in main.ts. */
export interface BotParts {
  readonly slack: Config['slack'];
  readonly settings: Settings;
  readonly client: webApi.WebClient;
  readonly store: IncidentStore;
  readonly catalog: Catalog;
  /** Opens or joins the incident of a job, for `/relight start`. */
  readonly intake: Intake;
  /** Records a `/relight start` that was refused: it has no incident of its own. */
  readonly noteRefusedStart: NoteRefusedStart;
  /** The incidents that somebody may have silenced. */
  readonly silenced: IdSet;
  /** Queues what the runner says is next, and a delivery; called after every recorded decision. */
  readonly advance: (incident: string) => Promise<void>;
  readonly deadLetters: { readonly count: () => Promise<number> };
  readonly directory: Directory;
  /** What became of the files that are to stand in an incident's thread. */
  readonly filesShown: (incident: Incident) => Promise<FilesShown>;
  readonly clock: Clock;
  readonly log: Log;
  /** True for the first caller with this key within the last ten minutes, among all processes. */
  readonly once: (key: string) => Promise<boolean>;
  /** In HTTP mode Slack's requests arrive on it at `/slack/events`. */
  readonly http: Express;
}
