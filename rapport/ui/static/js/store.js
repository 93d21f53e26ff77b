/** Where texts wait that could not be sent: IndexedDB, each encrypted by a key that the browser gives to nobody.
 *
 *  One key for each user of this browser (AES-GCM, not extractable). Beside the encrypted text stand only the user's
 *  stamp, when it was written, and whether the server has refused it. */
const DATABASE = "rapport";
const KEYS = "keys";
const WAITING = "waiting";

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(KEYS);
      asked.result.createObjectStore(WAITING, { keyPath: "id", autoIncrement: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** One step in one transaction; resolves when it is on the disk. */
async function within(store, mode, step) {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  const asked = step(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

/** Can anything be kept here? Not on a plain http address, where browsers offer no encryption. */
export const canKeep = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

/** The user's key, made at the first time of asking. Two tabs agree on one. */
export async function keyOf(user) {
  const before = await within(KEYS, "readonly", (keys) => keys.get(user));
  if (before) return before;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await within(KEYS, "readwrite", (keys) => keys.add(made, user)).catch(() => null); // another tab was faster
  return within(KEYS, "readonly", (keys) => keys.get(user));
}

/** Say in a cookie whose texts wait here, and how many: so pages know at once what to load. */
export function note(user, count) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `outbox=${user}.${count}; Path=/; Max-Age=34560000; SameSite=Lax${secure}`;
}

/** Make ready for this user while there is a net: the key, and what waits from another time. */
export async function prepare(user) {
  if (!canKeep()) return;
  await keyOf(user);
  const rows = await within(WAITING, "readonly", (waiting) => waiting.getAll());
  note(user, rows.filter((row) => row.user === user).length);
}

async function seal(user, what) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(what));
  const additionalData = new TextEncoder().encode(user);
  return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await keyOf(user), text) };
}

async function unseal(user, { iv, text }) {
  const additionalData = new TextEncoder().encode(user);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, await keyOf(user), text);
  return JSON.parse(new TextDecoder().decode(plain));
}

/** Keep one text; resolves when it is safely on the disk. */
export async function add(user, what) {
  const sealed = await seal(user, what);
  return within(WAITING, "readwrite", (waiting) => waiting.add({ user, at: Date.now(), state: "waiting", sealed }));
}

/** All that waits of one user, the oldest first. */
export async function list(user) {
  const rows = await within(WAITING, "readonly", (waiting) => waiting.getAll());
  const own = rows.filter((row) => row.user === user);
  const read = own.map(async (row) => ({ ...row, what: await unseal(user, row.sealed).catch(() => null) }));
  return (await Promise.all(read)).filter((row) => row.what);
}

/** Change what waits, or what became of it. Nothing comes back that another tab has sent meanwhile. */
export async function update(row, what, state) {
  const sealed = await seal(row.user, what);
  return within(WAITING, "readwrite", (waiting) => {
    const asked = waiting.get(row.id);
    asked.onsuccess = () => asked.result && waiting.put({ ...asked.result, state, sealed });
    return asked;
  });
}

export const remove = (id) => within(WAITING, "readwrite", (waiting) => waiting.delete(id));

/** On signing out: the texts of this user and the key to them. */
export async function wipe(user) {
  for (const { id } of await list(user).catch(() => [])) await remove(id);
  await within(KEYS, "readwrite", (keys) => keys.delete(user));
}
