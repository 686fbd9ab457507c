import type { Rule } from './rule.ts';

/** Messages of ranks that waited for another one, of the network between them, and of their launchers. */
export const collectiveRules: readonly Rule[] = [
  // Ranks that are not at the same collective read each other's bytes as a size.
  {
    kind: 'hang_or_nccl',
    says: /more than 1EB memory/,
    follows: true,
    unsure: 'The ranks did not run the same collectives: look for the one that took another branch',
  },
  {
    kind: 'hang_or_nccl',
    says: /Watchdog caught collective|collective operation timeout|Timeout at NCCL work|NCCL watchdog|watchdog thread (?:terminated|got stuck)|[Hh]eartbeat(?:Monitor| monitor).{0,80}(?:timed out|stuck|hang)|failure detected by watchdog|monitoredBarrier|Timed out waiting for clients|timed out waiting for (?:all )?(?:ranks|clients|peers)|desync|Ranks? .{0,40}failed to (?:pass|reach).{0,40}[Bb]arrier/,
    follows: true,
    note: 'A rank that died or a full disk looks the same from the other ranks: read what each rank said first',
  },
  {
    kind: 'hang_or_nccl',
    says: /nccl(?:Remote|System|Internal|InvalidUsage|UnhandledCuda)\w{0,10}Error|NCCL (?:error(?::| in\b)|WARN|communicator|failure|timeout)|DistBackendError|unhandled (?:system|cuda) error|NET\/(?:OFI|IB|Socket)|ofi_process_cq|libfabric|\bfi_\w{3,30}.{0,60}(?:fail|error)|EFA.{0,80}(?:error|fail|unreachable|not found|timed out)|ncclCommInitRank|Duplicate GPU detected/,
    unless:
      /out of memory|Cuda failure \d{0,4} ?'(?!.{0,40}peer)|uncorrectable|NVLink error|NCCL WARN (?:Attribute|Missing|NCCL_)/,
    follows: true,
    note: 'A rank that died or a full disk looks the same from the other ranks: read what each rank said first',
  },
  {
    kind: 'hang_or_nccl',
    says: /TCPStore|TCP client failed to connect|DistNetworkError|DistStoreError|c10d.{0,80}(?:timed out|failed|timeout)|client socket has (?:timed out|failed)|server socket has failed|[Rr]endezvous\w{0,40}(?:Error|Timeout)|RendezvousConnectionError|RendezvousTimeoutError|RendezvousClosedError|Socket Timeout|store->get|wait timeout after \d|\[?[Gg]loo\b|connectFullMesh|Connection closed by peer|Timed out (?:initializing|waiting).{0,40}process group|init_process_group/,
    follows: true,
    note: 'The ranks did not find or lost each other: see which host did not start or stopped first',
  },
  {
    kind: 'hang_or_nccl',
    says: /EADDRINUSE|(?:[Aa]ddress|[Pp]ort).{0,20}already in use/,
    follows: true,
    unsure:
      'Another process holds the port of the rendezvous: a process of an earlier start, or two launchers',
  },
  {
    kind: 'hang_or_nccl',
    says: /SMDDP|smdistributed|MPI_ABORT|ORTE|mpirun (?:noticed|was unable)|PMIX|UCX\s{1,4}ERROR|IBV_WC_\w{3,40}|Call to ibv_|Connection reset by peer|Broken pipe|Transport endpoint is not connected/,
    follows: true,
    unsure:
      'A connection between hosts broke, often because one of them stopped first: read what each rank said first',
  },
  {
    kind: 'hang_or_nccl',
    says: /GetTimeoutError|RpcTimeout|RPC (?:call )?timed out|execute_model timed out|sample_tokens timed out|shm_broadcast.{0,80}(?:no available|timed out)|No available (?:shared memory broadcast )?block found|EngineDeadError|Engine (?:process|loop|core).{0,40}(?:died|dead|terminated)/,
    follows: true,
    unsure: 'The engine stopped answering: read what its process said first',
  },
];

/** Launchers and parents that only report that a process of theirs ended. They name no cause. */
export const reportsAnother =
  /ChildFailedError|ChildProcessError|CalledProcessError|returned non-zero exit status|ExecuteUserScriptError|RayTaskError|RayActorError|ActorDiedError|WorkerCrashedError|ActorUnavailableError|actor died unexpectedly|worker (?:died|crashed)|Worker exit type|EngineCore failed to start|Engine core initialization failed|See root cause above|Engine process failed to start|SignalException|closing signal SIG|Sending process \d|SIGTERM|KeyboardInterrupt|SystemExit|(?:Worker|Engine\w{0,20}) (?:proc|process)\w{0,20} .{0,60}(?:died|failed)|WorkerProc (?:hit an exception|initialization failed)|BrokenProcessPool|process \d{1,9} terminated with|ProcessExitedException|ProcessRaisedException|\bfailed \(exitcode: |EOFError$|RemoteTraceback|ExceptionGroup|Error executing job|HYDRA_FULL_ERROR|Reporting training FAILURE|job failed to complete|Uncaught exception|AsyncEngineDeadError|destroy_process_group|leaked (?:semaphore|shared_memory)|[Bb]roken ?[Pp]ipe|ConnectionResetError|Exit code -?\d|exit ?code:? -?\d|exited with code|RemoteError/;
