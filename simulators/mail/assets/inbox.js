// Times in the reader's zone, and new mails at the top of the list without touching the rest of the page.
"use strict";

const POLL_MS = 3000;
const list = document.getElementById("mails");

function localise(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const sameDay = at.toDateString() === new Date().toDateString();
    time.title = at.toLocaleString(undefined, { dateStyle: "full", timeStyle: "long" });
    time.textContent = sameDay
      ? at.toLocaleTimeString(undefined, { timeStyle: "medium" })
      : at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  }
}

function say(text) {
  const state = document.getElementById("state");
  if (state.textContent !== text) state.textContent = text;
}

async function addNew() {
  const query = new URLSearchParams({ after: list.dataset.newest, to: list.dataset.to, limit: "1" });
  const { messages } = await (await fetch("/api/messages?" + query)).json();
  if (messages.length === 0) return;
  const html = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("mails");
  const newest = Number(list.dataset.newest);
  const rows = [...fresh.children].filter((row) => Number(row.dataset.id) > newest);
  for (const row of rows) row.classList.add("new");
  localise(fresh);
  list.prepend(...rows);
  list.dataset.newest = fresh.dataset.newest;
  document.getElementById("empty").hidden = true;
}

async function poll() {
  if (document.hidden) return;
  try {
    await addNew();
    say("");
  } catch {
    say("The mail sink does not answer. Trying again.");
  }
}

localise(document);
if (list) {
  const loop = () => poll().finally(() => setTimeout(loop, POLL_MS));
  setTimeout(loop, POLL_MS);
  document.addEventListener("visibilitychange", poll);
}
