// Keeps the shell, which is the same for everybody: styles, scripts, the font, icons and one page without a record in
// it. Pages, and whatever else the server answers, always come from the server and are kept nowhere.
const CACHE = `shell-${KEPT.version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      await cache.addAll(KEPT.shell);
      if (!self.registration.active) await self.skipWaiting();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => event.data === "take over" && self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(KEPT.offline)));
    return;
  }
  const { pathname, search } = new URL(request.url);
  if (KEPT.shell.includes(pathname) || KEPT.shell.includes(pathname + search))
    event.respondWith(fetch(request).catch(() => caches.match(request)));
});
