// Measures one replication between a PouchDB with LevelDB and a PouchDB server with LevelDB,
// in two processes, over HTTP.
//   node replicate.mjs FOLDER drain DOCUMENTS 0     sends all documents to the server
//   node replicate.mjs FOLDER catchup DOCUMENTS N   takes the last 100 of N documents, when
//                                                   the others are there
// DOCUMENTS has one document on each line; catchup repeats them. Prints {"milliseconds": …}.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchDB from "pouchdb";

const BATCH = 1000;
const CHANGES = 100;

const [folder, work, file, count] = process.argv.slice(2);

if (work === "serve") {
  const server = express();
  server.use(expressPouchDB(PouchDB.defaults({ prefix: `${folder}/server-` }), {
    mode: "fullCouchDB", inMemoryConfig: true, logPath: `${folder}/log.txt`,
  }));
  const listening = server.listen(0, "127.0.0.1", () => process.send(listening.address().port));
} else {
  const child = fork(process.argv[1], [folder, "serve"], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [port] = await once(child, "message");
  try {
    const remote = new PouchDB(`http://127.0.0.1:${port}/visits`);
    const local = new PouchDB(`${folder}/local`);
    const documents = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line));
    const milliseconds = work === "drain" ? await drain(local, remote, documents) : await catchUp(local, remote, documents, Number(count));
    console.log(JSON.stringify({ milliseconds }));
  } finally {
    child.kill();
  }
  process.exit(0);
}

function numbered(documents, first, n) {
  return Array.from({ length: n }, (_, i) => {
    const { id, ...rest } = documents[(first + i) % documents.length];
    return { _id: `visit-${String(first + i).padStart(9, "0")}`, ...rest };
  });
}

async function put(database, documents) {
  for (let at = 0; at < documents.length; at += BATCH) {
    const answers = await database.bulkDocs(documents.slice(at, at + BATCH));
    const wrong = answers.find((answer) => answer.error);
    if (wrong) throw new Error(JSON.stringify(wrong));
  }
}

async function drain(local, remote, documents) {
  await remote.info();
  await put(local, numbered(documents, 0, documents.length));
  const began = performance.now();
  const result = await local.replicate.to(remote, { batch_size: BATCH });
  const took = performance.now() - began;
  if (result.docs_written !== documents.length) throw new Error(`${result.docs_written} written`);
  return took;
}

async function catchUp(local, remote, documents, n) {
  for (let at = 0; at < n - CHANGES; at += BATCH) {
    await put(remote, numbered(documents, at, Math.min(BATCH, n - CHANGES - at)));
  }
  await local.replicate.from(remote, { batch_size: BATCH });
  await put(remote, numbered(documents, n - CHANGES, CHANGES));
  const began = performance.now();
  const result = await local.replicate.from(remote, { batch_size: BATCH });
  const took = performance.now() - began;
  if (result.docs_written !== CHANGES) throw new Error(`${result.docs_written} written`);
  return took;
}
