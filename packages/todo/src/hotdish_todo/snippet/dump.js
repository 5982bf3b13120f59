// Saves everything that Microsoft To Do keeps in this browser as one JSON file.
// It only reads, and sends nothing anywhere. Run it in the console of the To Do tab.
(async () => {
  const TAG = '$type';

  const base64 = (bytes) => {
    let binary = '';
    for (let start = 0; start < bytes.length; start += 32768) {
      binary += String.fromCharCode.apply(null, bytes.subarray(start, start + 32768));
    }
    return btoa(binary);
  };

  const number = (value) => {
    if (Object.is(value, -0)) return { [TAG]: 'number', value: '-0' };
    return Number.isFinite(value) ? value : { [TAG]: 'number', value: String(value) };
  };

  const blob = async (value) => {
    const tagged = { [TAG]: 'blob', mime: value.type };
    if (value instanceof File) tagged.name = value.name;
    try {
      tagged.value = base64(new Uint8Array(await value.arrayBuffer()));
    } catch {
      tagged.missing = true; // the browser lost the file; the record is still worth keeping
    }
    return tagged;
  };

  // One after the other: a promise for each of a million parts would fill the memory.
  const each = async (items, inside) => {
    const encoded = [];
    for (const item of items) encoded.push(await encode(item, inside));
    return encoded;
  };

  const special = {
    Date: (value) => ({ [TAG]: 'date', value: isNaN(value) ? null : value.toISOString() }),
    RegExp: (value) => ({ [TAG]: 'regexp', value: value.source, flags: value.flags }),
    Map: async (value, inside) => ({ [TAG]: 'map', value: await each(value, inside) }),
    Set: async (value, inside) => ({ [TAG]: 'set', value: await each(value, inside) }),
    Blob: blob,
    File: blob,
    ArrayBuffer: (value) => ({ [TAG]: 'bytes', value: base64(new Uint8Array(value)) }),
    Boolean: (value) => value.valueOf(),
    String: (value) => value.valueOf(),
    Number: (value) => number(value.valueOf()),
    BigInt: (value) => ({ [TAG]: 'bigint', value: String(value) }),
  };

  const encode = async (value, outside = new Set()) => {
    if (value === undefined) return { [TAG]: 'undefined' };
    if (typeof value === 'bigint') return { [TAG]: 'bigint', value: String(value) };
    if (typeof value === 'number') return number(value);
    if (value === null || typeof value !== 'object') return value;
    if (outside.has(value)) return { [TAG]: 'circular' };
    const inside = new Set(outside).add(value);
    const kind = Object.prototype.toString.call(value).slice(8, -1);
    if (Object.hasOwn(special, kind)) return special[kind](value, inside);
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return { [TAG]: 'bytes', view: kind, value: base64(bytes) };
    }
    if (Array.isArray(value)) return each(value, inside);
    const properties = {};
    for (const key of Object.keys(value)) {
      properties[/^\$+type$/.test(key) ? '$' + key : key] = await encode(value[key], inside);
    }
    return properties;
  };

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // One transaction over all stores, so that they belong together even while To Do writes.
  const readAll = async (database) => {
    const names = [...database.objectStoreNames];
    if (!names.length) return [];
    const transaction = database.transaction(names);
    return Promise.all(names.map(async (name) => {
      const store = transaction.objectStore(name);
      const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      return { name, keyPath: store.keyPath, keys, values };
    }));
  };

  // The text is collected in many parts: one string may not grow beyond 512 MiB.
  const parts = [];
  const counts = {};
  const write = (text) => parts.push(text);

  const names = (await indexedDB.databases())
    .map((database) => database.name).filter((name) => name.startsWith('todo_')).sort();
  if (!names.length) {
    alert('No To Do data in this tab yet. Open To Do here, sign in and wait until your lists '
      + 'show; then run this again.');
    return counts;
  }
  const head = {
    format: 'todo-dump', version: 1, origin: location.origin, made: new Date().toISOString(),
  };
  write(JSON.stringify(head).slice(0, -1) + ',"databases":[');
  for (const [nth, name] of names.entries()) {
    const database = await done(indexedDB.open(name));
    write((nth ? ',' : '') + '\n{"name":' + JSON.stringify(name)
      + ',"version":' + database.version + ',"stores":{');
    for (const [at, store] of (await readAll(database)).entries()) {
      const count = store.values.length;
      write((at ? ',' : '') + '\n' + JSON.stringify(store.name) + ':{"keyPath":'
        + JSON.stringify(store.keyPath) + ',"count":' + count + ',"records":[');
      for (let i = 0; i < count; i += 1) {
        const record = { key: await encode(store.keys[i]), value: await encode(store.values[i]) };
        write((i ? ',' : '') + '\n' + JSON.stringify(record));
      }
      write(']}');
      counts[store.name] = (counts[store.name] || 0) + count;
    }
    write('}}');
    database.close();
  }
  write(']}\n');

  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: 'application/json' }));
  link.download = 'microsoft-to-do-' + head.made.slice(0, 10) + '.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return counts;
})()
