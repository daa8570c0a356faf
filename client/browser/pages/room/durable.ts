/** What a classroom's screen has to find again after a cut of power, in IndexedDB. */

const DATABASE = "tongke-screen";
const STORE = "kept";

/**
 * Keeps a value under a name; once this resolves to true it is on the disk.
 *
 * Cookies and localStorage are written some seconds late. `strict` has Chrome (83), Safari (15) and
 * Firefox (126) flush before they say that it is done; an older Firefox hands it to the system,
 * which survives the browser's end and writes it within seconds. False where nothing is kept.
 */
export function keep(name: string, value: unknown): Promise<boolean> {
  return within("readwrite", (store) => store.put(value, name)).then(
    () => true,
    () => false,
  );
}

/** What was kept under a name; undefined where nothing was, or nothing can be. */
export function kept(name: string): Promise<unknown> {
  return within<unknown>("readonly", (store) => store.get(name)).catch(() => undefined);
}

/** Forgets what was kept under a name. */
export async function drop(name: string): Promise<void> {
  await within("readwrite", (store) => store.delete(name)).catch(() => undefined);
}

/** Does one thing in a transaction of its own. */
async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const request = work(transaction.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => {
        resolve();
      };
      transaction.onabort = () => {
        reject(transaction.error ?? new Error("not kept"));
      };
    });
    return request.result;
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE);
    };
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("not opened"));
    };
  });
}
