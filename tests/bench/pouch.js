// The peer of bench_sync: the same documents from express-pouchdb on leveldb to a PouchDB on leveldb, over loopback.
// node pouch.js FOLDER DOCS BATCH ROUNDS  prints one JSON line; documents are read from stdin, one body a line.
const path = require('path');
const fs = require('fs');
const [folder, count, batch, rounds] = [process.argv[2], +process.argv[3], +process.argv[4], +process.argv[5]];
const PouchDB = require('pouchdb');
const express = require('express');
const at = name => path.join(folder, name);
fs.mkdirSync(at('server'), {recursive: true});
const Server = PouchDB.defaults({prefix: at('server') + path.sep});
const app = express();
app.use('/', require('express-pouchdb')(Server, {configPath: at('config.json'), logPath: at('log.txt')}));
const bodies = fs.readFileSync(0, 'utf8').split('\n').filter(Boolean);
const doc = n => ({_id: String(n).padStart(9, '0'), body: bodies[n % bodies.length]});
const seconds = async act => { const from = process.hrtime.bigint(); await act(); return Number(process.hrtime.bigint() - from) / 1e9; };
const fill = async (db, from, to) => {
  for (let n = from; n < to; n += 1000) {
    await db.bulkDocs(Array.from({length: Math.min(1000, to - n)}, (_, k) => doc(n + k)));
  }
};
const listener = app.listen(0, '127.0.0.1', async () => {
  const at = name => `http://127.0.0.1:${listener.address().port}/${name}`;
  const remote = new PouchDB(at('facts'));
  const here = new Server('facts');
  await fill(here, 0, count);
  const pulls = [], pushes = [], deltas = [], polls = [];
  let client;
  for (let round = 0; round < rounds; round++) {
    client = new PouchDB(path.join(folder, `client${round}`));
    pulls.push(await seconds(() => client.replicate.from(remote, {batch_size: batch})));
  }
  for (let round = 0; round < rounds; round++) {
    await fill(here, count + round * 100, count + (round + 1) * 100);
    deltas.push(await seconds(() => client.replicate.from(remote, {batch_size: batch})));
    polls.push(await seconds(() => client.replicate.from(remote, {batch_size: batch})));
  }
  const share = Math.floor(count / rounds);
  for (let round = 0; round < rounds; round++) {
    const own = new PouchDB(path.join(folder, `own${round}`));
    await fill(own, 0, share);
    pushes.push(share / await seconds(() => own.replicate.to(new PouchDB(at(`taken${round}`)), {batch_size: batch})));
  }
  const info = await client.info();
  console.log(JSON.stringify({pulls, pushes, deltas, polls, docs: info.doc_count}));
  process.exit(info.doc_count === count + rounds * 100 ? 0 : 1);
});
