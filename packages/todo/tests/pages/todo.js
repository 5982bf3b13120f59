// A stand-in for To Do: it fills the same database with invented, deterministic data.
// Certain field names are those of the blog's converter; the others are guesses on purpose.
'use strict';

const ACCOUNT = '5b7dcc49-a24e-48f4-9424-1f17da827b54';
const START = Date.UTC(2024, 0, 1);
const HOUR = 3600e3;

const TITLES = [
  'Milch kaufen', '買い物 🛒', 'naïve café — “quotes”', 'Кофе', '👨‍👩‍👧‍👦 family', '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  'عربى', 'tab\there', 'line\nbreak', '=HYPERLINK("x")', 'lone \ud83d surrogate', 'plain ascii',
];

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

function moment(hours, zone = 'UTC') {
  return { date_time: new Date(START + hours * HOUR).toISOString().replace('Z', ''), time_zone: zone };
}

function noise(kilobytes, next) {
  let text = '';
  while (text.length < kilobytes * 1024) text += next().toString(36).slice(2);
  return text;
}

function makeTask(i, generation = 0) {
  const next = random(i * 7919 + generation * 104729 + 1);
  const pick = (items) => items[Math.floor(next() * items.length)];
  const completed = next() < 0.4;
  return {
    id: `AAMkTask${String(i).padStart(6, '0')}=`,
    list_id: `AQMkList${i % 12}`,
    title: `${pick(TITLES)} #${i % 50}`,
    note: next() < 0.5 ? undefined
      : i % 97 === 0 ? `<html><body>${`<p>big &amp; note ${i} ✅</p>`.repeat(8000)}</body></html>`
        : `<div>note ${i} <b>bold</b><br>line2 &lt;tag&gt; ${pick(TITLES)}</div>`,
    completed,
    completed_at: completed ? moment(i * 3) : undefined,
    created_at: moment(i),
    due_date: next() < 0.3
      ? { date_time: `${moment(i * 5).date_time.slice(0, 10)}T00:00:00`, time_zone: pick(['UTC', 'Pacific Standard Time', 'Europe/Berlin']) }
      : undefined,
    reminder: next() < 0.2 ? { is_on: true, ...moment(i) } : undefined,
    recurrence: next() < 0.1
      ? { pattern: { type: 'weekly', interval: 2, days_of_week: ['monday', 'friday'] }, range: { type: 'noEnd', start_date: '2024-01-01' } }
      : undefined,
    importance: pick(['normal', 'high', 'low']),
    categories: next() < 0.2 ? ['Red category', 'Ürgent'] : [],
    committed_day: next() < 0.1 ? moment(i).date_time.slice(0, 10) : null,
    last_modified: new Date(START + i * 1000),
    position: 1.6e12 - i * 1000 + next(),
    generation,
  };
}

function makeStep(i) {
  const next = random(i * 31 + 5);
  return {
    id: `step${String(i).padStart(6, '0')}`,
    task_id: makeTaskId(Math.floor(i / 3) * 5),
    title: `${TITLES[i % TITLES.length]} step ${i}`,
    completed: next() < 0.5,
    created_at: moment(i),
    position: 1.6e12 - i,
    completed_at: undefined,
  };
}

function makeTaskId(i) {
  return `AAMkTask${String(i).padStart(6, '0')}=`;
}

function makeLists() {
  return Array.from({ length: 12 }, (_, i) => ({
    id: `AQMkList${i}`,
    title: i ? `List ${i} ${TITLES[i]}` : 'Tasks',
    group_id: i % 3 ? `RgGroup${i % 2}` : undefined,
    is_default: i === 0,
    theme: { background: null, color: i % 2 ? 'dark_red' : 'blue' },
    sort: { type: 'manual', ascending: true },
    position: 1.6e12 - i,
  }));
}

// Every kind of value that the structured clone of both browsers can hold.
function awkwardValues() {
  const next = random(99);
  const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]).buffer;
  const shared = { part: 'shared' };
  const circle = { name: 'circle' };
  circle.self = circle;
  circle.list = [circle, shared, shared];
  const holes = [1, , 3];
  const sparse = []; sparse[40] = 'far'; sparse[2] = 'near';
  return {
    circle, holes, sparse,
    undefined, null: null, yes: true, no: false,
    integers: [0, 1, -1, 63, 64, -65, 2 ** 30, -(2 ** 30) - 1, 2 ** 31, 2 ** 53 - 1, -(2 ** 53), 2 ** 60],
    doubles: [0.1, -1 / 3, 5e-324, 1.7976931348623157e308, 1e21, 123456789012345680000],
    special: [NaN, Infinity, -Infinity, -0],
    bigints: [0n, -1n, 1n, 2n ** 64n, -(2n ** 200n) + 7n, 10n ** 5000n],
    dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15), new Date(NaN), new Date(253402300800000), new Date(-62198755200000)],
    texts: ['', 'ascii', 'Latin é', '日本語', '😀', 'lone \ud83d', '\udc00 lone', '\u0000 zero', ' ', 'x'.repeat(70000), '日'.repeat(70000)],
    map: new Map([['a', 1], [{ k: 1 }, new Map([[null, undefined]])], [NaN, new Set([1, 'x', [2]])]]),
    set: new Set([undefined, 'x', new Date(5), { deep: [1] }]),
    regexps: [/a+b/gi, /^\/slash$/mu, /[\u{1f600}]/su, /y/dy, /v/v],
    boxed: [new Boolean(true), new Boolean(false), new Number(1.5), new String('boxed ✅'), Object(12n)],
    views: [
      new Int8Array(buffer, 1, 3), new Uint8Array(buffer), new Uint8ClampedArray(buffer, 2, 2),
      new Int16Array(buffer, 2, 2), new Uint16Array(buffer, 4, 2), new Int32Array(buffer, 4, 1),
      new Uint32Array(buffer, 8), new Float32Array([1.5, -2]), new Float64Array(buffer, 8, 1),
      new BigInt64Array(buffer, 8, 1), new BigUint64Array(buffer), new DataView(buffer, 3, 5),
    ],
    buffers: [buffer, new ArrayBuffer(0)],
    resizable: new ArrayBuffer(4, { maxByteLength: 16 }),
    blobs: [new Blob(['hello ✅'], { type: 'text/plain' }), new Blob([]), new Blob([noise(200, next)], { type: 'application/x-noise' })],
    file: new File(['file'], 'naïve 名.txt', { type: 'text/plain', lastModified: 1577836800123 }),
    keys: { $type: 'a real key', $$type: 'two', '': 'empty', 7: 'seven', 4294967296: 'big', __proto__x: 1, 'lone \ud83d': 2 },
    nested: Array.from({ length: 40 }).reduce((inner) => ({ inner, list: [inner && 1] }), null),
  };
}

const ODD_KEYS = [
  -Infinity, -1e300, -1.5, 0, 1, 255, 1e300, Infinity,
  new Date(-5), new Date(0), new Date(1577836800123),
  '', 'a', '~', '\u007f', 'é', '日本', '😀', '\ud83d lone', 'a\u0000b', '\u407e', '\u407f', '\uffff',
  new Uint8Array([]).buffer, new Uint8Array([0, 1, 127, 128, 255]).buffer,
  new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]).buffer, new Uint8Array(16).fill(9).buffer,
  new Uint8Array(24).fill(0).buffer, [new Uint8Array(17).buffer, 'after'], '\u3fff', '\u4000', '\u7eff', '\u7f00', '\u407d',
  [], [1], ['a', 'b'], [[]], [[1], 2], [[[1]]], [[[['deep']]], 'x'], [new Date(0), ['y'], -3],
];

const SCHEMA = {
  lists: { keyPath: 'id' },
  tasks: { keyPath: 'id', indexes: ['list_id'] },
  steps: { keyPath: 'id', indexes: ['task_id'] },
  groups: { keyPath: 'id' },
  attachments: { keyPath: 'id' },
  awkward: { keyPath: 'id' },
  odd_keys: {},
  pairs: { keyPath: ['list', 'order.nth'] },
  blank: { keyPath: '' },
  auto: { keyPath: null, autoIncrement: true },
  empty: { keyPath: 'id' },
};

function openDatabase(name = `todo_${ACCOUNT}`) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 7);
    request.onupgradeneeded = () => {
      for (const [store, { indexes = [], ...options }] of Object.entries(SCHEMA)) {
        const made = request.result.createObjectStore(store, options);
        for (const index of indexes) made.createIndex(index, index);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function change(database, store, work) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, 'readwrite');
    work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

async function putAll(database, store, values) {
  for (let start = 0; start < values.length; start += 500) {
    await change(database, store, (target) => values.slice(start, start + 500).forEach((value) => target.put(value)));
  }
}

// Fills the database; afterwards 20 tasks are overwritten and 10 deleted: old versions may not come back.
async function seed({ tasks, steps, awkward = false, name }) {
  const database = await openDatabase(name);
  await putAll(database, 'lists', makeLists());
  await putAll(database, 'groups', [{ id: 'RgGroup0', name: '🏠 Home', position: 2 }, { id: 'RgGroup1', name: 'Work', position: 1 }]);
  await putAll(database, 'tasks', Array.from({ length: tasks }, (_, i) => makeTask(i)));
  await putAll(database, 'steps', Array.from({ length: steps }, (_, i) => makeStep(i)));
  await putAll(database, 'attachments', Array.from({ length: 20 }, (_, i) => ({
    id: `att${i}`, task_id: makeTaskId(i), name: `file${i}.txt`, content_type: 'text/plain',
    blob: new Blob([`hello blob ${i}`], { type: 'text/plain' }),
  })));
  if (awkward) await seedAwkward(database);
  await change(database, 'tasks', (store) => {
    for (let i = 0; i < 20; i += 1) store.put({ ...makeTask(i), title: `CHANGED ${i}` });
    for (let i = 30; i < 40; i += 1) store.delete(makeTask(i).id);
  });
  database.close();
  await new Promise((resolve) => {
    const request = indexedDB.open('other_db', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('noise').put({ noise: 1 }, 'k');
    request.onsuccess = () => { request.result.close(); resolve(); };
  });
}

// A few pleasant tasks for the pictures of the guide.
async function seedGuide() {
  const lists = { Kitchen: 'RgHome', Garden: 'RgHome', Work: undefined };
  const tasks = [
    ['Kitchen', 'Bake a hotdish for Sunday', ['Brown the beef', 'Open the beans', 'Lay the tater tots'], { note: '<div>350 °F, <b>45 minutes</b><br>Grandma\'s pan</div>', importance: 'high', committed_day: '2024-05-04' }],
    ['Kitchen', 'Descale the kettle', [], { recurrence: { pattern: { type: 'absoluteMonthly', interval: 3, day_of_month: 1 } } }],
    ['Kitchen', 'Sharpen the knives', [], { completed: true, completed_at: moment(2000) }],
    ['Garden', 'Plant the tomatoes', ['Harden them off', 'Buy stakes'], { due_date: { date_time: '2024-05-18T00:00:00', time_zone: 'UTC' } }],
    ['Garden', 'Mow', [], { recurrence: { pattern: { type: 'weekly', interval: 2, days_of_week: ['saturday'] } } }],
    ['Work', 'Hand in the travel report', ['Scan the receipts'], { due_date: { date_time: '2024-05-06T00:00:00', time_zone: 'UTC' }, categories: ['Travel'], reminder: { is_on: true, ...moment(3008) } }],
    ['Work', 'Leave To Do', ['Read', 'Check', 'Convert'], { importance: 'high' }],
  ];
  const database = await openDatabase();
  await putAll(database, 'groups', [{ id: 'RgHome', name: 'Home', position: 1 }]);
  await putAll(database, 'lists', Object.keys(lists).map((title, i) => ({ id: title, title, group_id: lists[title], position: -i })));
  await putAll(database, 'tasks', tasks.map(([list, title, , more], i) => ({ id: `task${i}`, list_id: list, title, completed: false, created_at: moment(i), position: -i, ...more })));
  await putAll(database, 'steps', tasks.flatMap(([, , steps], i) => steps.map((title, n) => ({ id: `step${i}-${n}`, task_id: `task${i}`, title, completed: n === 0 && i === 0, position: -n }))));
  database.close();
}

async function putTasks(count) {
  const database = await openDatabase();
  await putAll(database, 'tasks', Array.from({ length: count }, (_, i) => makeTask(i)));
  database.close();
}

async function seedAwkward(database) {
  const next = random(4711);
  const awkward = Object.entries(awkwardValues()).map(([id, value]) => ({ id, value }));
  for (const size of [70, 300, 3000]) awkward.push({ id: `incompressible ${size} kB`, value: noise(size, next) });
  awkward.push({ id: 'compressible 5 MB', value: 'all the same '.repeat(400000) });
  await putAll(database, 'awkward', awkward);
  await change(database, 'odd_keys', (store) => ODD_KEYS.forEach((key, i) => store.put({ nth: i }, key)));
  await putAll(database, 'pairs', [{ list: 'b', order: { nth: 2 } }, { list: 'a', order: { nth: 10 } }, { list: 'a', order: { nth: 9 } }]);
  await putAll(database, 'blank', ['whole', 7]);
  await change(database, 'auto', (store) => ['first', 'second', 'third'].forEach((value) => store.add(value)));
  await change(database, 'auto', (store) => store.delete(2));
}

// Writes without a pause until told to stop: each transaction moves one block of tasks to its next generation.
const writer = { generations: [], stop: false, ended: null, failure: null };

function startWriting({ blocks, size }) {
  writer.generations = Array(blocks).fill(0);
  writer.stop = false;
  writer.ended = (async () => {
    const database = await openDatabase();
    for (let turn = 0; !writer.stop; turn += 1) {
      const block = turn % blocks;
      const generation = writer.generations[block] + 1;
      await change(database, 'tasks', (store) => {
        for (let i = block * size; i < (block + 1) * size; i += 1) store.put(makeTask(i, generation));
      });
      writer.generations[block] = generation;
    }
    database.close();
  })().catch((error) => { writer.failure = String(error); });
}

async function stopWriting() {
  writer.stop = true;
  await writer.ended;
  if (writer.failure) throw new Error(writer.failure);
}

// Shows the first list, so that a person sees what the database holds.
async function show() {
  const database = await openDatabase();
  const all = (store) => new Promise((resolve) => {
    database.transaction(store).objectStore(store).getAll().onsuccess = (event) => resolve(event.target.result);
  });
  const [lists, tasks, steps] = [await all('lists'), await all('tasks'), await all('steps')];
  const add = (parent, kind, text, className = '') => {
    const element = document.createElement(kind);
    element.textContent = text;
    element.className = className;
    parent.append(element);
    return element;
  };
  lists.sort((a, b) => b.position - a.position).forEach((list) => add(document.querySelector('nav'), 'div', list.title));
  for (const task of tasks.filter((one) => one.list_id === lists[0].id).sort((a, b) => b.position - a.position).slice(0, 12)) {
    const article = add(document.querySelector('section'), 'article', task.title, task.completed ? 'done' : '');
    const own = steps.filter((step) => step.task_id === task.id);
    if (own.length) {
      const list = add(article, 'ul', '');
      own.forEach((step) => add(list, 'li', step.title));
    }
  }
  database.close();
}
