// An independent verifier of receipts, written from FORMAT.md alone; shares nothing with enactd but that page.
//
//     node verifier.mjs FOLDER [--key VKEY] [--since FILE] [--mac-key HEX]
//     node verifier.mjs --proof FILE --key VKEY
//
// prints `ok RECORDS COVERED` or `bad INDEX STEP REASON`, and exits with 0 or 5. Needs Node 18 and nothing else,
// and the program `zstd` where segments are compressed.

import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

const LINE_LIMIT = 1048576;
const ZEROS = '0'.repeat(64);
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), crypto.createHash('sha256')).digest();
const hmac = (key, data) => crypto.createHmac('sha256', key).update(data).digest('hex');

class Bad extends Error {
  constructor(step, reason, index) {
    super(reason);
    Object.assign(this, { step, reason, index });
  }
}

// ---- JSON, read strictly: the parser of JavaScript forgets doubled keys and the spelling of numbers

class Json {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  static parse(text) {
    const json = new Json(text);
    const value = json.value(0);
    json.space();
    if (json.at !== text.length) throw new Error('something behind the value');
    return value;
  }

  space() {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at += 1;
  }

  value(depth) {
    if (depth > 1000) throw new Error('nested too deep');
    this.space();
    const rest = this.text[this.at];
    if (rest === '{') return this.object(depth);
    if (rest === '[') return this.array(depth);
    if (rest === '"') return this.string();
    for (const [word, value] of [['true', true], ['false', false], ['null', null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    const number = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
    number.lastIndex = this.at;
    const found = number.exec(this.text);
    if (!found) throw new Error('no value');
    this.at = number.lastIndex;
    const isInteger = found[2] === undefined && found[3] === undefined;
    if (!Number.isFinite(Number(found[0])) && !isInteger) throw new Error('a number beyond a double');
    return isInteger ? BigInt(found[0]) : Number(found[0]);
  }

  object(depth) {
    const found = new Map();
    this.at += 1;
    this.space();
    if (this.text[this.at] === '}') {
      this.at += 1;
      return found;
    }
    for (;;) {
      this.space();
      if (this.text[this.at] !== '"') throw new Error('no key');
      const key = this.string();
      this.space();
      if (this.text[this.at] !== ':') throw new Error('no colon');
      this.at += 1;
      found.set(key, this.value(depth + 1));
      this.space();
      const next = this.text[this.at];
      this.at += 1;
      if (next === '}') return found;
      if (next !== ',') throw new Error('no comma');
    }
  }

  array(depth) {
    const found = [];
    this.at += 1;
    this.space();
    if (this.text[this.at] === ']') {
      this.at += 1;
      return found;
    }
    for (;;) {
      found.push(this.value(depth + 1));
      this.space();
      const next = this.text[this.at];
      this.at += 1;
      if (next === ']') return found;
      if (next !== ',') throw new Error('no comma');
    }
  }

  string() {
    const quoted = /"((?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/y;
    quoted.lastIndex = this.at;
    const found = quoted.exec(this.text);
    if (!found) throw new Error('a string that is none');
    this.at = quoted.lastIndex;
    const text = JSON.parse(found[0]);
    if (/\p{Cs}/u.test(text)) throw new Error('a lone surrogate');
    return text;
  }
}

function fits(value, depth) {
  if (depth > 64) return false;
  if (value instanceof Map) return [...value].every(([key, member]) => /^[\0-\x7f]*$/.test(key) && fits(member, depth + 1));
  if (Array.isArray(value)) return value.every((member) => fits(member, depth + 1));
  if (typeof value === 'bigint') return value < 2n ** 53n && value > -(2n ** 53n);
  return typeof value !== 'number';
}

function canonical(value) {
  if (value instanceof Map) {
    const keys = [...value.keys()].sort();
    return `{${keys.map((key) => `${quote(key)}:${canonical(value.get(key))}`).join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  return typeof value === 'string' ? quote(value) : String(value);
}

// JSON.stringify writes short escapes, lower case \u00xx, and nothing else for well-formed text.
const quote = (text) => JSON.stringify(text);

// ---- the schema

const text = (value) => typeof value === 'string';
const integer = (value) => typeof value === 'bigint';
const natural = (value) => integer(value) && value >= 0n;
const hash = (value) => text(value) && /^[0-9a-f]{64}$/.test(value) && !value.includes('\n');
const word = (value) => text(value) && value.length <= 32 && /^[a-z]+(-[a-z]+)*$/.test(value) && !value.includes('\n');
const object = (value) => value instanceof Map;
const truth = (value) => value === true;
const oneOf = (...names) => (value) => names.includes(value);
const arrayOf = (check) => (value) => Array.isArray(value) && value.every(check);
const texts = (value) => object(value) && [...value.values()].every(text);
const pair = (value) => arrayOf(text)(value) && value.length === 2;
const each = (names, check) => Object.fromEntries(names.split(' ').map((name) => [name, check]));

function isEmpty(value) {
  if (value instanceof Map) return value.size === 0;
  if (Array.isArray(value)) return value.length === 0;
  return value === '' || value === 0n || value === false;
}

// `absent` gives the values at which an optional field must be left out, where that is not the empty one.
function part(required, optional, absent = {}) {
  return (value) => {
    if (!object(value) || Object.keys(required).some((name) => !value.has(name))) return false;
    return [...value].every(([name, member]) => {
      if (Object.hasOwn(required, name)) return required[name](member);
      if (!Object.hasOwn(optional, name) || !optional[name](member)) return false;
      return Object.hasOwn(absent, name) ? member !== absent[name] : !isEmpty(member);
    });
  };
}

const NEVER = Symbol('no value stands for absence');
const answer = oneOf('allow', 'ask', 'deny');
const level = oneOf('SAFE', 'SENSITIVE', 'COMMITMENT', 'IRREVERSIBLE');
const record = part(
  {
    v: (value) => value === 1n,
    ...each('log mac_alg mac_key', text),
    ...each('prev mac', hash),
    seq: natural,
    ...each('time monotonic', integer),
    kind: word,
  },
  {
    ...each('event agent agent_version session subagent parent tool call_id cwd workspace policy_set engine', text),
    ...each('risk risk_before risk_after', level),
    ...each('claimed facts detail', object),
    witnessed: part(
      each('uid pid', integer),
      { ...each('started gid agent_pid agent_started', integer), ...each('exe agent_exe boot note', text) },
      { gid: -1n },
    ),
    input: part({ digest: hash, key: text, size: natural }, { text, cut: truth }),
    redacted: arrayOf(part({ kind: text, count: integer }, {})),
    effects: arrayOf(object),
    verdict: answer,
    findings: arrayOf(
      part({ policy: text, decision: answer }, { ...each('reason instead severity would', text), effect: integer }, { effect: -1n }),
    ),
    evaluated: arrayOf(text),
    gained: part({}, { ...each('taints hosts downloads', arrayOf(text)), renamed: arrayOf(pair) }),
    links: arrayOf(part({ relation: word, seq: natural, hash }, {})),
    enforcement: texts,
    duration: integer,
    outcome: part(
      { status: oneOf('ok', 'failed', 'interrupted', 'partial', 'not-run', 'unknown') },
      { exit_code: integer, duration: integer, text },
      { exit_code: NEVER },
    ),
  },
  { gained: NEVER },
);

// ---- the tree

const leafHash = (line) => sha256(Buffer.from([0]), line);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

class Tree {
  constructor(size = 0, peaks = []) {
    this.size = size;
    this.peaks = [...peaks];
  }

  append(leaf) {
    let node = leaf;
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2)) node = nodeHash(this.peaks.pop(), node);
    this.peaks.push(node);
    this.size += 1;
  }

  root() {
    if (!this.peaks.length) return sha256('');
    return this.peaks.reduceRight((root, peak) => nodeHash(peak, root));
  }
}

// RFC 6962, 2.1.1, by its definition: the path is taken apart from the root's end.
function rootOfPath(index, size, leaf, siblings) {
  if (size === 1) {
    if (siblings.length) throw new Error('the path is too long');
    return leaf;
  }
  if (!siblings.length) throw new Error('the path is too short');
  let split = 1;
  while (split * 2 < size) split *= 2;
  const [rest, last] = [siblings.slice(0, -1), siblings.at(-1)];
  return index < split
    ? nodeHash(rootOfPath(index, split, leaf, rest), last)
    : nodeHash(last, rootOfPath(index - split, size - split, leaf, rest));
}

// ---- signed notes

function base64(value) {
  const found = Buffer.from(value, 'base64');
  if (found.toString('base64') !== value) throw new Error('not base64');
  return found;
}

function isName(name) {
  return name !== '' && !/[\s+\u0000-\u001f\u0085]/u.test(name);
}

function publicKey(vkey) {
  const [name, id, ...rest] = vkey.trim().split('+');
  const blob = base64(rest.join('+'));
  if (!isName(name) || blob.length !== 33 || blob[0] !== 1) throw new Error('no verifier key');
  const key = named(name, blob.subarray(1));
  if (key.id !== id) throw new Error('the id is not that of name and key');
  return key;
}

function named(name, bytes) {
  return { name, bytes, hex: bytes.toString('hex'), id: sha256(name, '\n', Buffer.from([1]), bytes).subarray(0, 4).toString('hex') };
}

function verifies(key, message, signature) {
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.bytes]);
  const object = crypto.createPublicKey({ key: der, format: 'der', type: 'spki' });
  return crypto.verify(null, Buffer.from(message), object, signature);
}

function parseNote(data) {
  const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  const end = whole.lastIndexOf('\n\n');
  if (data.length > 65536 || end <= 0 || !whole.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(whole)) throw new Error('no note');
  const lines = whole.slice(end + 2, -1).split('\n');
  if (lines.length > 64) throw new Error('too many signatures');
  const signatures = lines.map((line) => {
    const [dash, name, blob, ...more] = line.split(' ');
    if (dash !== '\u2014' || !isName(name ?? '') || blob === undefined || more.length) throw new Error('no signature line');
    const bytes = base64(blob);
    if (bytes.length <= 4) throw new Error('a signature is too short');
    return { name, id: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) };
  });
  return { text: whole.slice(0, end + 1), signatures, data };
}

// Why none of these keys signed the note; empty if one did. A wrong signature of one of them spoils the note.
function unsigned(note, keys) {
  let signers = 0;
  for (const { name, id, signature } of note.signatures) {
    const key = keys.find((one) => one.name === name && one.id === id);
    if (!key) continue;
    if (!verifies(key, note.text, signature)) return 'a signature is wrong';
    signers += 1;
  }
  return signers ? '' : 'not signed by the key in use';
}

const DECIMAL = /^(0|[1-9][0-9]{0,14})$/;

function parseCheckpoint(data) {
  const note = parseNote(data);
  const [origin, size, root, ...more] = note.text.slice(0, -1).split('\n');
  if (more.length || !origin || !DECIMAL.test(size ?? '') || base64(root ?? '').length !== 32) throw new Error('no checkpoint');
  const named = origin.split('/');
  const base = named.length === 3 && DECIMAL.test(named[2]) ? Number(named[2]) : 0;
  return { note, origin, size: Number(size), root: base64(root), base, end: base + Number(size) };
}

function splitAt(data, separator) {
  const parts = [];
  for (let from = 0; ; ) {
    const at = data.indexOf(separator, from);
    if (at < 0) return [...parts, data.subarray(from)];
    parts.push(data.subarray(from, at));
    from = at + separator.length;
  }
}

// The checkpoints of a file, and whether what follows the last readable one is more than an unfinished write.
function readCheckpoints(data) {
  const found = [];
  const blocks = splitAt(data, '\n\n');
  try {
    for (let at = 0; at + 1 < blocks.length; at += 2) {
      const ending = at + 2 === blocks.length ? '' : '\n';
      found.push(parseCheckpoint(Buffer.concat([blocks[at], Buffer.from('\n\n'), blocks[at + 1], Buffer.from(ending)])));
    }
    if (blocks.length % 2 === 0 || blocks.at(-1).length === 0) return { found, flawed: false };
  } catch {
    // told below
  }
  const isClosed = blocks.length > 1 && blocks.at(-1).length === 0 && blocks.at(-2).toString().startsWith('\u2014 ');
  return { found, flawed: isClosed };
}

function parseTombstone(data, first) {
  const note = parseNote(data);
  const [header, origin, ...rest] = note.text.slice(0, -1).split('\n');
  const pairs = rest.map((line) => [line.split(' ')[0], line.slice(line.indexOf(' ') + 1)]);
  const one = Object.fromEntries(pairs);
  const order = pairs.map(([name]) => name).join(' ');
  if (header !== 'enactd-tombstone@v1' || !/^log size prev( peak)+( segment)* reason$/.test(order)) throw new Error('no tombstone');
  const size = Number(one.size);
  const peaks = pairs.filter(([name]) => name === 'peak').map(([, value]) => base64(value));
  const bits = [...size.toString(2)].filter((bit) => bit === '1').length;
  if (size !== first || !hash(one.prev) || peaks.length !== bits || peaks.some((peak) => peak.length !== 32)) throw new Error('no tombstone');
  const base = parseCheckpointBase(origin);
  return { note, origin, base, size, prev: one.prev, log: one.log, peaks, sha256: sha256(data).toString('hex') };
}

const parseCheckpointBase = (origin) => (/^[^/]*\/[^/]*\/(0|[1-9][0-9]{0,14})$/.test(origin) ? Number(origin.split('/')[2]) : 0);

function parseRotation(note, seq) {
  const found = parseNote(Buffer.from(note));
  const [header, origin, ...vkeys] = found.text.slice(0, -1).split('\n');
  if (header !== 'enactd-key-rotation@v1' || vkeys.length !== 2) throw new Error('no announcement');
  const [before, after] = vkeys.map(publicKey);
  if (before.name !== origin || after.name !== origin) throw new Error('the keys are not named after the log');
  for (const key of [before, after]) if (unsigned(found, [key])) throw new Error('it is not signed by both keys');
  return { seq, before, after };
}

// ---- the walk

class Log {
  constructor(folder) {
    this.folder = folder;
    const names = fs.readdirSync(folder).filter((name) => /^[0-9]{12}\.jsonl(\.zst)?$/.test(name)).sort();
    this.segments = names.filter((name) => !(name.endsWith('.zst') && names.includes(name.slice(0, -4))));
  }

  first(segment) {
    return Number(segment.slice(0, 12));
  }

  read(segment) {
    const where = path.join(this.folder, segment);
    if (!segment.endsWith('.zst')) return fs.readFileSync(where);
    const run = spawnSync('zstd', ['-dc', where], { maxBuffer: 2 ** 31 });
    if (run.error) throw run.error;
    if (run.status !== 0) throw new Bad(2, 'the compressed segment is damaged');
    return run.stdout;
  }

  // Lines without LF, and whether they had one; nothing is read behind a line that is too long.
  lines(segment) {
    const data = this.read(segment);
    const found = [];
    for (let from = 0; from < data.length; ) {
      const end = data.indexOf(10, from);
      if (end < 0 || end - from + 1 > LINE_LIMIT) return [...found, { data: data.subarray(from), complete: false }];
      found.push({ data: data.subarray(from, end), complete: true });
      from = end + 1;
    }
    return found;
  }

  *places(from) {
    let index = from;
    for (const segment of this.segments) {
      if (this.first(segment) !== index) throw new Bad(1, 'a segment is missing', index);
      let lines;
      try {
        lines = this.lines(segment);
      } catch (error) {
        if (error instanceof Bad) error.index = index;
        throw error;
      }
      for (const line of lines) yield { ...line, index: index++ };
    }
  }
}

class Macs {
  constructor(key) {
    this.keys = [key];
    this.ids = new Map([[Macs.id(key), key]]);
    this.past = new Set();
    this.checked = 0;
    this.skipped = '';
    this.newest = '';
  }

  static id = (key) => sha256('enactd receipt key id\0', key).toString('hex').slice(0, 16);

  find(id, most) {
    while (!this.ids.has(id) && this.keys.length <= most) {
      const next = Buffer.from(crypto.hkdfSync('sha256', this.keys.at(-1), Buffer.alloc(0), 'enactd receipt key of the next epoch', 32));
      this.keys.push(next);
      this.ids.set(Macs.id(next), next);
    }
    return this.ids.get(id);
  }

  check(line, entry) {
    if (entry.get('mac_alg') !== 'HMAC-SHA256') throw new Bad(8, 'an unknown algorithm');
    const id = entry.get('mac_key');
    if (this.past.has(id)) throw new Bad(8, 'a key that was replaced before');
    const key = this.find(id, Number(entry.get('seq')) + 1);
    if (key === undefined) {
      if (this.checked) throw new Bad(8, 'a key that does not follow');
      this.skipped ||= id;
      return;
    }
    const start = line.lastIndexOf(',"mac":"');
    const signed = Buffer.concat([line.subarray(0, start), line.subarray(start + 8 + 64 + 1)]);
    if (hmac(key, signed) !== entry.get('mac')) throw new Bad(8, 'the MAC is wrong');
    if (this.newest && this.newest !== id) this.past.add(this.newest);
    this.newest = id;
    this.checked += 1;
  }
}

class Walk {
  constructor(macs, evidence) {
    Object.assign(this, { macs, evidence, base: 0, count: 0, prev: ZEROS, log: undefined, proved: -1 });
    this.hashes = [];
    this.kinds = [];
    this.told = new Set();
  }

  begin(stone) {
    this.base = this.count = stone.size;
    this.prev = stone.prev;
    this.log = stone.log;
  }

  check({ data, complete, index }) {
    const entry = parseLine(data, complete);
    if (!record(entry)) throw new Bad(4, 'not of this schema');
    if (Number(entry.get('seq')) !== index) throw new Bad(5, 'out of sequence');
    if (entry.get('prev') !== this.prev) throw Object.assign(new Bad(6, 'the chain is broken'), { broken: true });
    if (this.count && entry.get('log') !== this.log) throw new Bad(6, 'a record of another log');
    for (const link of entry.get('links') ?? []) this.checkLink(link, index);
    if (this.macs) {
      this.macs.check(data, entry);
      if (this.macs.checked) this.proved = index;
    }
    this.prev = sha256(data).toString('hex');
    this.log = entry.get('log');
    this.hashes.push(this.prev);
    this.kinds.push(entry.get('kind'));
    this.count += 1;
    this.evidence?.line(entry, data, index);
    if (entry.get('kind') === 'daemon' && entry.get('event') === 'retention') this.told.add(entry.get('detail')?.get('sha256'));
  }

  checkLink(link, index) {
    const seq = Number(link.get('seq'));
    if (seq >= index) throw new Bad(7, 'a link to no earlier record');
    if (seq < this.base) return;
    if (this.hashes[seq - this.base] !== link.get('hash')) throw new Bad(7, 'a link to another line');
    const relation = link.get('relation');
    if (['decision', 'approval'].includes(relation) && this.kinds[seq - this.base] !== relation) throw new Bad(7, 'a link to another kind');
  }
}

function parseLine(data, complete) {
  if (!complete) throw new Bad(2, 'not finished, or too long');
  let entry;
  try {
    entry = Json.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data));
  } catch (error) {
    throw new Bad(2, error.message);
  }
  if (!object(entry)) throw new Bad(2, 'no object');
  if (!fits(entry, 0) || !Buffer.from(canonical(entry)).equals(data)) throw new Bad(3, 'not canonical');
  return entry;
}

function vouches(after, place) {
  try {
    const entry = Json.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(after.data));
    return record(entry) && entry.get('prev') === sha256(place.data).toString('hex');
  } catch {
    return false;
  }
}

// ---- checks 9 and 10

class Evidence {
  constructor(folder, key, since) {
    Object.assign(this, { key, flaws: [], rotations: [], stone: undefined });
    this.trees = new Map([[0, new Tree()]]);
    this.expected = [];
    for (const name of fs.readdirSync(folder).filter((one) => /^[0-9]{12}\.checkpoints$/.test(one)).sort()) {
      const { found, flawed } = readCheckpoints(fs.readFileSync(path.join(folder, name)));
      if (flawed) this.flaws.push({ index: found.at(-1)?.end ?? 0, step: 9, reason: `${name} holds what is no checkpoint` });
      this.expected.push(...found.map((one) => ({ ...one, step: 9 })));
    }
    if (since) this.expected.push({ ...since, step: 10 });
  }

  begin(stone) {
    this.stone = stone;
    this.trees = new Map([[stone.base, new Tree(stone.size, stone.peaks)]]);
  }

  line(entry, data, index) {
    const event = entry.get('kind') === 'daemon' ? entry.get('event') : undefined;
    if (event === 'damage-accepted') this.trees.set(index, new Tree());
    for (const tree of this.trees.values()) tree.append(leafHash(data));
    if (event === 'key-rotated') {
      try {
        this.rotations.push(parseRotation(entry.get('detail')?.get('note'), index));
      } catch (error) {
        this.flaws.push({ index, step: 9, reason: error.message });
      }
    }
    for (const one of this.expected) {
      if (one.end !== index + 1) continue;
      const tree = this.trees.get(one.base);
      one.isRight = tree?.size === one.size && tree.root().equals(one.root);
    }
  }

  // The log's keys with the record that announced each, or undefined if they do not hang together.
  keys() {
    const keys = [];
    for (const { seq, before, after } of this.rotations) {
      if (keys.length && after.hex === keys.at(-1).hex && before.hex === keys.at(-2).hex) continue;
      if (keys.length && before.hex !== keys.at(-1).hex) return undefined;
      if (!keys.length) keys.push({ seq: 0, bytes: before.bytes, hex: before.hex });
      keys.push({ seq, bytes: after.bytes, hex: after.hex });
    }
    return keys.length ? keys : [{ seq: 0, bytes: this.key.bytes, hex: this.key.hex }];
  }

  end(count, base, whole) {
    const keys = this.keys();
    let covered = 0;
    const isOurs = keys?.some((one) => one.hex === this.key.hex);
    if (keys === undefined || (!isOurs && whole))
      this.flaws.push({ index: this.rotations[0].seq, step: 9, reason: 'the keys do not hang together' });
    else if (isOurs) covered = this.judgeAll(keys, count, base, whole);
    this.flaws.sort((one, other) => one.index - other.index || one.step - other.step);
    return { covered, flaw: this.flaws[0] };
  }

  judgeAll(keys, count, base, whole) {
    let covered = 0;
    if (this.stone && whole && unsigned(this.stone.note, keys.map((key) => named(this.stone.origin, key.bytes))))
      this.flaws.push({ index: 0, step: 9, reason: 'the tombstone is not signed' });
    for (const one of [...this.expected].sort((a, b) => a.end - b.end || a.step - b.step)) {
      if (!whole && (one.end > count || !names(one, inUse(one, keys)))) continue;
      const reason = this.judge(one, keys, count, base);
      if (reason) this.flaws.push({ index: one.end > count ? count : Math.min(covered, count), step: one.step, reason });
      else covered = Math.max(covered, one.end);
    }
    return covered;
  }

  judge(one, keys, count, base) {
    if (one.origin.split('/')[0] !== this.key.name.split('/')[0]) return 'a checkpoint of another log';
    const problem = unsigned(one.note, [named(one.origin, inUse(one, keys).bytes)]);
    if (problem) return problem;
    if (one.end > count) return 'the tail was cut';
    if (one.end < base || (one.end === base && base)) return '';
    return one.end && !one.isRight ? 'other lines than those that were signed' : '';
  }
}

// The key that signs a checkpoint with this end, and whether a signature claims to be its.
const inUse = (one, keys) => keys.findLast((key) => one.end > key.seq) ?? keys[0];
function names(one, key) {
  const { name, id } = named(one.origin, key.bytes);
  return one.note.signatures.some((signature) => signature.name === name && signature.id === id);
}

// ---- all together

function verify(folder, { key, since, macKey }) {
  const log = new Log(folder);
  const macs = macKey ? new Macs(macKey) : undefined;
  const evidence = key ? new Evidence(folder, key, since) : undefined;
  const walk = new Walk(macs, evidence);
  let problem;
  let place;
  let places = [][Symbol.iterator]();
  try {
    const stone = openTombstone(log);
    if (stone) {
      walk.begin(stone);
      evidence?.begin(stone);
    }
    places = log.places(walk.base);
    for (let next = places.next(); !next.done; next = places.next()) {
      place = next.value;
      walk.check(place);
    }
    if (stone && !walk.told.has(stone.sha256)) throw new Bad(1, 'no record tells of the tombstone', walk.base);
    if (macs?.skipped && !macs.checked) throw new Bad(8, 'no record names the key', walk.base);
  } catch (error) {
    if (!(error instanceof Bad)) throw error;
    problem = { step: error.step, reason: error.reason, index: error.index ?? whichIsBad(error, place, places, walk) };
  }
  const found = evidence?.end(walk.count, walk.base, problem === undefined);
  if (found?.flaw && (!problem || found.flaw.index < problem.index)) problem = found.flaw;
  return { problem, records: walk.count, covered: found?.covered ?? 0 };
}

function openTombstone(log) {
  const first = log.segments.length ? log.first(log.segments[0]) : 0;
  const where = path.join(log.folder, `${String(first).padStart(12, '0')}.tombstone`);
  if (first === 0 || !fs.existsSync(where)) return undefined;
  try {
    return parseTombstone(fs.readFileSync(where), first);
  } catch (error) {
    throw new Bad(1, error.message, 0);
  }
}

function whichIsBad(error, place, places, walk) {
  if (!error.broken || place.index <= walk.base || walk.proved >= place.index - 1) return place.index;
  let after;
  try {
    after = places.next().value;
  } catch (failure) {
    if (!(failure instanceof Bad)) throw failure;
  }
  return after === undefined || vouches(after, place) ? place.index - 1 : place.index;
}

function checkProof(data, key) {
  const end = data.indexOf('\n\n');
  const lines = data.subarray(0, end).toString().split('\n');
  if (end < 0 || lines.shift() !== 'c2sp.org/tlog-proof@v1') throw new Error('no proof');
  const line = lines[0]?.startsWith('extra ') ? base64(lines.shift().slice(6)) : undefined;
  const index = lines.shift()?.slice('index '.length);
  if (line === undefined || !DECIMAL.test(index ?? '')) throw new Error('no proof with its receipt');
  const head = parseCheckpoint(data.subarray(end + 2));
  const problem = unsigned(head.note, [named(head.origin, key.bytes)]);
  if (problem) return problem;
  const root = Number(index) < head.size ? rootOfPath(Number(index), head.size, leafHash(line), lines.map(base64)) : Buffer.alloc(0);
  return root.equals(head.root) ? '' : 'the path does not lead to the root';
}

function main(words) {
  const given = {};
  const rest = [];
  for (let at = 0; at < words.length; at += 1) {
    if (words[at].startsWith('--')) given[words[at]] = words[++at];
    else rest.push(words[at]);
  }
  const key = given['--key'] && publicKey(given['--key']);
  if (given['--proof']) {
    const problem = checkProof(fs.readFileSync(given['--proof']), key);
    console.log(problem ? `bad ${problem}` : 'ok');
    return problem ? 5 : 0;
  }
  const since = given['--since'] && parseCheckpoint(fs.readFileSync(given['--since']));
  const macKey = given['--mac-key'] && Buffer.from(given['--mac-key'], 'hex');
  const results = rest.map((folder) => {
    const { problem, records, covered } = verify(folder, { key, since, macKey });
    console.log(problem ? `bad ${problem.index} ${problem.step} ${problem.reason}` : `ok ${records} ${covered}`);
    return problem ? 5 : 0;
  });
  return Math.max(...results);
}

process.exitCode = main(process.argv.slice(2));
