// Keeps the shell, and one page that says whom to call without a network. It stores no answer to anybody's request:
// what is kept is fetched by itself, without cookies. SHELL stands on the line before (portal/web/shell.py).
"use strict";
const CACHE = `relie-${SHELL.mark}`;
const OFFLINE = "/hors-ligne/";
const WEEK = 7 * 24 * 3600 * 1000;

const bare = (path) => new Request(path, { credentials: "omit", cache: "no-cache" });

async function begin() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.files.map((path) => new Request(path, { credentials: "omit" })));
  await self.skipWaiting();
}

async function takeOver() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
}

// The page without a network, as its reader reads today: the former one goes once the new one is there.
async function keep(path) {
  const cache = await caches.open(CACHE);
  const there = await cache.match(path);
  if (there && Date.now() - Date.parse(there.headers.get("Date")) < WEEK) return;
  await cache.add(bare(path));
  for (const one of await cache.keys()) {
    const { pathname } = new URL(one.url);
    if (pathname.startsWith(OFFLINE) && pathname !== path) await cache.delete(one);
  }
}

async function withoutNetwork() {
  const cache = await caches.open(CACHE);
  const kept = (await cache.keys()).find((one) => new URL(one.url).pathname.startsWith(OFFLINE));
  return kept ? cache.match(kept) : Response.error();
}

async function opened(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    return withoutNetwork();
  }
}

async function drawn(request) {
  return (await caches.match(request, { cacheName: CACHE })) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(begin()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("message", (event) => {
  if (typeof event.data === "string" && event.data.startsWith(OFFLINE)) event.waitUntil(keep(event.data).catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(opened(event));
  else if (SHELL.files.includes(new URL(request.url).pathname)) event.respondWith(drawn(request));
});

// « Il y a du nouveau », and nothing else: a locked screen is read by whoever passes.
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* a push of nothing says the same */ }
  const text = typeof said.text === "string" ? said.text : "Il y a du nouveau dans Relie";
  event.waitUntil(self.registration.showNotification("Relie", { body: text, tag: "relie" }));
});

async function show() {
  for (const one of await self.clients.matchAll({ type: "window" })) {
    if ("navigate" in one && "focus" in one) { await one.navigate("/nouveau").catch(() => {}); return one.focus(); }
  }
  return self.clients.openWindow("/nouveau");
}
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show());
});
