import type { webApi } from '@slack/bolt';
import type { Express } from 'express';
import type { MutedAlarms } from '../alarms/ports.ts';
import type { GradedWithCost } from '../checkpoints/grading/grade-each.ts';
import type { Config } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import type { Announcement } from '../incidents/announcement.ts';
import type { PilotResets } from '../incidents/autopilot/pilot-records.ts';
import type { FigureCache } from '../incidents/figures/figure-cache.ts';
import type { Halts } from '../incidents/halt/halts.ts';
import type { IdSet } from '../incidents/holds/holds.ts';
import type { Intake } from '../incidents/intake/intake.ts';
import type { IncidentStore } from '../incidents/journal/store.ts';
import type { DrillMark } from '../incidents/model/drills/drill-mark.ts';
import type { Incident } from '../incidents/model/incident.ts';
import type { NoteRefusedStart, RefusedCommands as WorkspaceJournal } from '../incidents/refused-commands.ts';
import type { RulesNow } from '../incidents/request/outdated-request.ts';
import type { Log } from '../log.ts';
import type { FilesShown } from '../outbox/outbox.ts';
import type { Catalog } from '../playbooks/catalog.ts';
import type { BlocklistDesk, Clock, S3Uri } from '../ports/ports.ts';
import type { DrilledPlaybook } from '../readiness/drill-readiness.ts';
import type { ReadinessReport } from '../readiness/readiness.ts';
import type { Directory } from './access/directory.ts';
import type { ReplyLimits } from './clicks/deadline.ts';

/** Whether a job trains or has completed, and whether it has failed or was stopped. */
export interface JobState {
  readonly trains: boolean;
  readonly isOver: boolean;
}

/** The dependencies of the bot, built in `app/`. */
export interface BotServices {
  readonly slack: Config['slack'];
  readonly settings: Settings;
  readonly client: webApi.WebClient;
  readonly store: IncidentStore;
  readonly catalog: Catalog;
  /** relight.yaml, as this process has read it. */
  readonly rules: RulesNow;
  /** Opens or joins the incident of a job, for `/relight start`. */
  readonly intake: Intake;
  /** Opens a drill, or returns the one that is open for the playbook; undefined if it cannot be drilled. */
  readonly startDrill: (
    drill: DrillMark,
  ) => Promise<{ readonly incident: Incident; readonly isNew: boolean } | undefined>;
  /** Records a refused `/relight start`, which has no incident of its own. */
  readonly noteRefusedStart: NoteRefusedStart;
  /** The incidents that may have a silence. */
  readonly silenced: IdSet;
  /** Queues the next step and a delivery; called after every recorded decision. */
  readonly advance: (incident: string) => Promise<void>;
  /** Tells a refusal in the audit channel: it changes nothing, so nothing else follows it. */
  readonly tellAudit: (incident: string) => Promise<void>;
  readonly deadLetters: { readonly count: () => Promise<number> };
  readonly mutedAlarms: Pick<MutedAlarms, 'all'>;
  readonly directory: Directory;
  /** The blocked checkpoints, for `/relight checkpoints`. */
  readonly blocklist: BlocklistDesk;
  readonly checkpointFolders: {
    readonly name: (job: string, folder: S3Uri) => Promise<void>;
    /** Throws `s3-not-allowed` or `own-records` unless the job may resume from this folder. */
    readonly require: (job: string, folder: S3Uri) => Promise<void>;
  };
  /** The upload state of the files that belong in an incident's thread. */
  readonly filesShown: (incident: Incident) => Promise<FilesShown>;
  /** A job by its name, as AWS has it now; undefined if there is none. Throws if AWS does not answer. */
  readonly findJob: (name: string) => Promise<JobState | undefined>;
  /** Grades the newest checkpoints of a job. Throws `job-not-found`, `no-checkpointing` or `no-checkpoint`. */
  readonly gradeCheckpoints: (job: string, most: number) => Promise<readonly GradedWithCost[]>;
  readonly figures: FigureCache;
  /** The address of an incident's thread; undefined if it has none yet, or if Slack does not answer in time. */
  readonly linkTo: (incident: string) => Promise<string | undefined>;
  /** The people who opened the Home tab within a day. */
  readonly homeReaders: Pick<IdSet, 'add' | 'all'>;
  /** Follows a job that a person named until it ends; its failures belong to the incident. */
  readonly follow: (job: string, incident: string) => Promise<void>;
  readonly halts: Pick<Halts, 'current' | 'put' | 'lift'>;
  /** Says in the channel and in the open threads that changes are halted or have resumed. */
  readonly spreadHalt: () => Promise<void>;
  /** What is not prepared for the next failure. */
  readonly readiness: {
    readonly current: () => Promise<ReadinessReport>;
    /** Asks the worker to measure the account now. */
    readonly measureAgain: () => Promise<void>;
    /** The playbooks that can be drilled, with the last drill of each. */
    readonly drills: () => Promise<readonly DrilledPlaybook[]>;
  };
  /** Posts a message in the channel, once per id. */
  readonly announce: (announcement: Announcement) => Promise<void>;
  /** When leads reset Autopilot. */
  readonly pilotResets: PilotResets;
  /** The journal of what belongs to no incident. */
  readonly journal: Pick<WorkspaceJournal, 'add'>;
  readonly clock: Clock;
  /** How long the parts of a reply may take. */
  readonly limits: ReplyLimits;
  readonly log: Log;
  /** True for the first caller with this key within ten minutes, across all processes. */
  readonly once: (key: string) => Promise<boolean>;
  /** In HTTP mode Slack sends its requests to `/slack/events` of this server. */
  readonly http: Express;
}
