/** The thread that writes: it owns the only connection that does. */
import { statfsSync, statSync } from "node:fs";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { PlinthError } from "@plinth/ports";
import { Connection, type Database } from "./connection.ts";
import { failureOf, isDamage, isDiskError, isFull, sendable } from "./failures.ts";
import { Known } from "./known.ts";
import { openToWrite } from "./schema.ts";
import type { Call, Reply } from "./thread.ts";
import type { Transaction } from "./transaction.ts";
import { rewriteWal } from "./wal.ts";
import { refuseWhileCopying, WRITES } from "./writes.ts";

/** What the thread is started with. */
export interface WriterOptions {
  readonly path: string;
  /** Of the file that the store was opened with: another one in its place is another store. */
  readonly inode: number;
  readonly busyMs: number;
}

/** A transaction takes in no further call after this long, so that those in it need not wait for ever more. */
const GATHER_MS = 10;

/** Room on the disk below which the write-ahead log is kept short, in bytes: as much as it may take up otherwise. */
const ROOM_MIN = 64 * 1024 * 1024;

/** How often it is looked at how much room there is. */
const ROOM_EVERY_MS = 100;

/** How often room is made on a full disk, at most: each attempt may write as much as there is in the write-ahead log. */
const RELIEF_EVERY_MS = 1000;

const port = parentPort!;
const { path, inode, busyMs } = workerData as WriterOptions;
const connection = new Connection(() => openToWrite(path, busyMs));
const known = new Known();
let closing = false;
/** Whether the disk has failed since the last commit: what of the write-ahead log is on it is then unknown. */
let isSuspect = false;
let lookedAt = Number.NEGATIVE_INFINITY;
let relievedAt = Number.NEGATIVE_INFINITY;

port.on("message", (call: Call | null) => {
  if (call) port.postMessage(settle(call));
  if (!call || closing) close();
  else keepRoom();
});

/**
 * One transaction for this call and all that arrive while it runs. Where one of them spoils it, each gets a
 * transaction to itself: sharing harms nobody.
 */
function settle(first: Call): readonly Reply[] {
  const calls = [first];
  try {
    return transact((transaction) => gather(calls, transaction));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.code !== "unavailable" || isDamage(failure)) return calls.map(settleAlone);
    for (let call = next(); call; call = next()) calls.push(call);
    return isFull(failure) && relieve() ? calls.map(settleAlone) : calls.map((call) => failed(call, failure));
  }
}

/** A write-ahead log that takes the last room of the disk can't be taken into the database file, which has to grow for it. */
function keepRoom(): void {
  if (performance.now() - lookedAt < ROOM_EVERY_MS) return;
  lookedAt = performance.now();
  if (isShortOfRoom()) shorten();
}

/** Where the file is gone, its next use tells so. */
function isShortOfRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize < ROOM_MIN;
  } catch {
    return false;
  }
}

/** A disk may be full of the write-ahead log, where other programs have filled it as well. True where it is shorter now. */
function relieve(): boolean {
  if (performance.now() - relievedAt < RELIEF_EVERY_MS) return false;
  relievedAt = performance.now();
  return shorten();
}

/**
 * Takes the write-ahead log into the database file, so that its place is written again. False where that fails: who needs
 * the room is told so by their own failure.
 */
function shorten(): boolean {
  try {
    connection.use((database) => database.exec("PRAGMA wal_checkpoint(PASSIVE)"));
    return true;
  } catch (error) {
    isSuspect ||= isDiskError(failureOf(error));
    return false;
  }
}

function settleAlone(call: Call): Reply {
  try {
    return transact((transaction) => run(call, transaction));
  } catch (error) {
    return failed(call, failureOf(error));
  }
}

/** Runs the first of the calls and adds those that have arrived meanwhile. */
function gather(calls: Call[], transaction: Transaction): readonly Reply[] {
  const replies = [run(calls[0]!, transaction)];
  const end = performance.now() + GATHER_MS;
  for (let call = next(); call; call = performance.now() < end ? next() : null) {
    calls.push(call);
    replies.push(run(call, transaction));
  }
  return replies;
}

/** The next call that waits already; null where there is none, or the last one was it. */
function next(): Call | null {
  const received = receiveMessageOnPort(port) as { message: Call | null } | undefined;
  if (received?.message === null) closing = true;
  return received?.message ?? null;
}

function transact<Result>(work: (transaction: Transaction) => Result): Result {
  try {
    return connection.use((database) => transactOn(database, work));
  } catch (error) {
    isSuspect ||= isDiskError(failureOf(error));
    throw error;
  }
}

function transactOn<Result>(database: Database, work: (transaction: Transaction) => Result): Result {
  refuseMoved();
  database.run("BEGIN IMMEDIATE");
  try {
    if (isSuspect) rewriteWal(path);
    isSuspect = false;
    known.verify(database);
    const result = work({ database, known });
    database.run("COMMIT");
    return result;
  } catch (error) {
    known.forget();
    if (database.inTransaction) database.run("ROLLBACK");
    throw error;
  }
}

/** What is written to a file without a name is lost with the process. */
function refuseMoved(): void {
  if (statSync(path, { throwIfNoEntry: false })?.ino !== inode)
    throw new PlinthError("unavailable", "The database file was moved, deleted or replaced while in use.");
}

function run([id, operation, args]: Call, transaction: Transaction): Reply {
  refuseWhileCopying(operation, transaction);
  const write = WRITES[operation as keyof typeof WRITES] as (on: Transaction, ...args: unknown[]) => unknown;
  return [id, null, write(transaction, ...args)];
}

function failed([id]: Call, failure: PlinthError): Reply {
  return [id, sendable(failure), null];
}

/** The last connection to close writes the rest of the write-ahead log into the database file. */
function close(): void {
  connection.close();
  port.close();
}
