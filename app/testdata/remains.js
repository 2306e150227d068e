// Every text that can be read from the page: its markup with what fields hold, address,
// history, title, storage; and all strings its objects lead to, the elements' included.
const texts = [document.documentElement.outerHTML, location.href, document.title, document.cookie, JSON.stringify(history.state), window.name];
for (const field of document.querySelectorAll("input, textarea, select")) texts.push(field.value);
for (const store of [localStorage, sessionStorage]) for (let i = 0; i < store.length; i++) texts.push(store.key(i), store.getItem(store.key(i)));
for (const entry of performance.getEntries()) texts.push(entry.name);
if (window.indexedDB?.databases) texts.push(JSON.stringify(await Promise.race([indexedDB.databases(), new Promise((done) => setTimeout(done, 1000, []))])));

const seen = new Set();
const strings = new Set();
const queue = [window, document, ...document.querySelectorAll("*")];
const add = (value) => {
  if (typeof value === "string") strings.add(value);
  else if (value !== null && (typeof value === "object" || typeof value === "function") && !seen.has(value)) {
    seen.add(value);
    queue.push(value);
  }
};
queue.forEach((value) => seen.add(value));
while (queue.length > 0) {
  const value = queue.pop();
  if (value instanceof Map) for (const [key, held] of value) add(key), add(held);
  if (value instanceof Set) for (const held of value) add(held);
  if (value instanceof Node && !Object.hasOwn(value, "constructor")) { // not its prototypes
    // Removed elements may hang on in the program.
    add(value.parentNode);
    for (const child of value.childNodes) add(child);
    if (value.nodeType === Node.TEXT_NODE) strings.add(value.data);
    else if (value.attributes) for (const attribute of value.attributes) strings.add(attribute.value);
  }
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === "string") strings.add(key);
    try {
      const property = Reflect.getOwnPropertyDescriptor(value, key);
      add(property && "value" in property ? property.value : value[key]);
    } catch {
      // a getter that belongs to another kind of object
    }
  }
}
return { page: texts.join("\n"), objects: [...strings].join("\n") };
