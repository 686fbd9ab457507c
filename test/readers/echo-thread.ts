import { parentPort, workerData } from 'node:worker_threads';
import { count } from '../../src/in-words.ts';

/** A thread module in TypeScript that imports another one. */
parentPort?.postMessage({ echo: workerData, loaded: typeof count });
