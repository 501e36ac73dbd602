// The desk: what waits and what is mine come from the staff API, what is said from the socket. Texts are never HTML.
import { Line } from "./socket.js";

const desk = document.querySelector("[data-desk]");
const part = (name) => document.querySelector(`[data-${name}]`);
const words = desk.dataset;
const csrf = desk.querySelector("[name=csrfmiddlewaretoken]").value;
const chats = new Map();
const rooms = new Map();
let open = null;

const api = async (method, url, body) => {
  const answer = await fetch(url, {
    method,
    headers: { "X-CSRFToken": csrf, Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const found = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(found?.title ?? answer.statusText), { status: answer.status });
  return found;
};

const attempt = async (work) => {
  const box = part("refused");
  box.hidden = true;
  try {
    return await work();
  } catch (error) {
    box.textContent = `${words.langRefused} ${error.message}`;
    box.hidden = false;
    return undefined;
  }
};

const element = (tag, className, text) => {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

const clock = (at) => new Date(at).toISOString().slice(11, 16);

const span = (unit) => new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "short" });
const [inMinutes, inHours] = [span("minute"), span("hour")];

const ago = (at) => {
  const minutes = Math.max(0, Math.round((Date.now() - Date.parse(at)) / 60_000));
  const rest = inMinutes.format(minutes % 60);
  return minutes < 60 ? rest : `${inHours.format(Math.floor(minutes / 60))} ${rest}`;
};

// What is known of a chat: entries by number in each of its rooms, and messages that no number has yet.
const keep = (found) => {
  const known = chats.get(found.id) ?? { said: new Map(), noted: new Map(), pending: new Map(), read: 0, theirs: 0 };
  const chat = Object.assign(known, found);
  chats.set(chat.id, chat);
  rooms.set(chat.room, { chat, entries: chat.said, isNote: false, last: rooms.get(chat.room)?.last ?? 0 });
  rooms.set(chat.notes, { chat, entries: chat.noted, isNote: true, last: rooms.get(chat.notes)?.last ?? 0 });
  return chat;
};

const follow = (chat) => [chat.room, chat.notes].forEach((room) => line.send("sub", {}, room));

const unread = (chat) => [...chat.said.entries()].filter(([seq, one]) => seq > chat.read && one.side === "customer").length;

const entryOf = (frame, isNote) => {
  const { d } = frame;
  if (frame.t === "msg.new") {
    const side = isNote ? "note" : d.author.kind;
    return { at: frame.ts, side, who: d.author.name, body: d.body, clientId: d.client_msg_id };
  }
  const name = d.agent?.name || d.name || "";
  if (frame.t === "participant") return { at: frame.ts, side: "news", body: `${name} ${d.joined ? words.langJoined : words.langLeft}` };
  const state = words[`lang${(d.state ?? "").replace(/^./, (first) => first.toUpperCase())}`] ?? d.state ?? "";
  return { at: frame.ts, side: "news", body: [state, name].filter(Boolean).join(" · "), state: d.state };
};

const take = (frame, room) => {
  const entry = entryOf(frame, room.isNote);
  room.entries.set(frame.seq, entry);
  room.last = Math.max(room.last, frame.seq);
  if (entry.clientId) room.chat.pending.delete(entry.clientId);
  // Who speaks has read what was said before.
  if (entry.side === "customer") room.chat.theirs = Math.max(room.chat.theirs, frame.seq);
  if (entry.state && !room.isNote) room.chat.status = entry.state;
};

const told = {
  "msg.new": (frame, room) => take(frame, room),
  "chat.state": (frame, room) => take(frame, room),
  participant: (frame, room) => take(frame, room),
  "sub.ok": (frame, room) => {
    const from = Math.max(room.last, frame.d.last_seq - 500);
    line.send("resume", { last_seq: Math.max(0, from) }, frame.d.room);
    const theirs = frame.d.participants.find((one) => one.kind === "customer");
    if (theirs && !room.isNote) room.chat.theirs = theirs.read_seq;
  },
  "resume.batch": (frame, room) => {
    frame.d.items.forEach((item) => take(item, room));
    if (frame.d.more) line.send("resume", { last_seq: frame.d.to }, frame.d.room);
  },
  "resume.reset": (frame, room) => {
    room.entries.clear();
    room.last = frame.d.last_seq;
  },
  "msg.ack": (frame, room) => room.chat.pending.delete(frame.d.client_msg_id),
  "msg.nack": (frame, room) => {
    const pending = room.chat.pending.get(frame.d.client_msg_id);
    if (pending) pending.failed = frame.d.code;
  },
  receipt: (frame, room) => {
    if (frame.d.ref === room.chat.customer.id) room.chat.theirs = Math.max(room.chat.theirs, frame.d.read_seq ?? 0);
  },
  typing: (frame, room) => {
    room.chat.typing = frame.d.on && frame.d.ref === room.chat.customer.id;
    clearTimeout(room.chat.typingEnds);
    room.chat.typingEnds = setTimeout(() => {
      room.chat.typing = false;
      drawTyping();
    }, 6000);
  },
};

const hear = (frame) => {
  if (frame.t === "welcome") return welcome();
  if (frame.t === "queue.stats") return loadQueue();
  const room = rooms.get(frame.room ?? frame.d?.room);
  if (room && told[frame.t]) {
    told[frame.t](frame, room);
    drawMine();
    if (room.chat.id === open) frame.t === "typing" ? drawTyping() : drawTalk();
  }
  return undefined;
};

const line = new Line({
  ticket: () => api("POST", words.socket, { purpose: "agent" }),
  resume: () => [...rooms.entries()].map(([room, { last }]) => ({ room, last_seq: last })),
  onFrame: hear,
  onState: (state) => {
    part("line").dataset.state = state;
    part("line-words").textContent = words[`lang${state.replace(/^./, (first) => first.toUpperCase())}`];
  },
});

// What was not acknowledged is sent again under the same id: it is kept once.
const welcome = () => {
  line.send("queue.watch", { on: true });
  chats.forEach((chat) => {
    follow(chat);
    chat.pending.forEach((one, id) => line.send("msg.send", { client_msg_id: id, body: one.body }, one.room));
  });
};

const loadQueue = async () => {
  const board = await api("GET", words.queue).catch(() => null);
  if (!board) return;
  part("waiting").textContent = board.waiting;
  fill(part("queue-list"), board.chats, accept, (chat) => ({ detail: `${words.langWaits} ${ago(chat.queued_at)}` }));
  part("nothing").hidden = board.chats.length > 0;
};

const row = (chat, act) => {
  const item = element("li", "");
  item.dataset.id = chat.id;
  const button = element("button", "sr-chat");
  button.type = "button";
  button.append(element("bdi", "sr-chat-who", chat.customer.name || "–"), element("span", "sr-quiet"));
  button.addEventListener("click", () => act(chat));
  item.append(button);
  return item;
};

// A row that stays is never taken out, so that neither the focus nor a click on it gets lost.
const fill = (list, found, act, describe) => {
  const known = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const wanted = found.map((chat) => known.get(chat.id) ?? row(chat, act));
  known.forEach((item) => wanted.includes(item) || item.remove());
  wanted.forEach((item, place) => item === list.children[place] || list.insertBefore(item, list.children[place] ?? null));
  found.forEach((chat, place) => {
    const button = wanted[place].firstChild;
    const { detail, count = 0, isOpen = false } = describe(chat);
    button.children[1].textContent = detail;
    isOpen ? button.setAttribute("aria-current", "true") : button.removeAttribute("aria-current");
    button.querySelector(".sr-unread")?.remove();
    if (count && !isOpen) button.append(element("span", "sr-unread", String(count)));
  });
};

const drawMine = () => {
  fill(part("mine-list"), [...chats.values()], (chat) => show(chat.id), (chat) => ({
    detail: [...chat.said.values()].filter((one) => one.side !== "news").at(-1)?.body ?? "",
    count: unread(chat),
    isOpen: chat.id === open,
  }));
  part("none").hidden = chats.size > 0;
};

const lineOf = (entry, state = "", isPending = false) => {
  if (entry.side === "news") return element("li", "sr-news", `${entry.body} · ${clock(entry.at)}`);
  const item = element("li", `sr-said sr-said-${entry.side}${isPending ? " sr-said-pending" : ""}`);
  const head = element("p", "sr-said-head");
  head.append(element("strong", "", entry.who || "–"));
  if (entry.side === "note") head.append(element("span", "sr-note-mark", words.langNote));
  head.append(element("span", "sr-quiet", state || clock(entry.at)));
  const body = element("p", "sr-said-body", entry.body ?? words.langErased);
  body.dir = "auto";
  item.append(head, body);
  return item;
};

const drawTyping = () => {
  const chat = chats.get(open);
  part("typing").textContent = chat?.typing ? `${chat.customer.name} …` : "";
};

const drawTalk = () => {
  const chat = chats.get(open);
  part("talk").hidden = !chat;
  part("no-talk").hidden = Boolean(chat);
  if (!chat) return;
  const box = part("log");
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const known = [...chat.said.entries(), ...chat.noted.entries()].sort(([, a], [, b]) => Date.parse(a.at) - Date.parse(b.at));
  const lastOwn = [...chat.said.entries()].filter(([, one]) => one.side === "agent").at(-1)?.[0];
  const lines = known.map(([seq, entry]) => {
    const isRead = entry.side === "agent" && seq === lastOwn && chat.theirs >= seq;
    return lineOf(entry, isRead ? `${clock(entry.at)} · ${words.langRead}` : "");
  });
  chat.pending.forEach((one) => lines.push(lineOf(one, one.failed ? `${words.langFailed}: ${one.failed}` : words.langSending, true)));
  part("lines").replaceChildren(...lines);
  part("who").textContent = chat.customer.name || "–";
  part("what").textContent = words[`lang${chat.status.replace(/^./, (first) => first.toUpperCase())}`] ?? chat.status;
  part("customer-link").href = words.customer.replace("CUSTOMER", chat.customer.id);
  part("end").hidden = chat.status !== "active";
  part("composer").hidden = chat.status !== "active";
  if (isAtEnd) box.scrollTop = box.scrollHeight;
  drawTyping();
  markRead(chat);
};

const markRead = (chat) => {
  const last = rooms.get(chat.room).last;
  if (document.visibilityState !== "visible" || last <= chat.read) return;
  chat.read = last;
  line.send("receipt", { delivered_seq: last, read_seq: last }, chat.room);
};

const show = (id) => {
  open = id;
  history.replaceState(null, "", `?chat=${id}`);
  drawMine();
  drawTalk();
  part("log").scrollTop = part("log").scrollHeight;
  part("body").focus();
};

const own = (found) => {
  const chat = keep(found);
  follow(chat);
  show(chat.id);
  loadQueue();
};

const accept = (chat) => attempt(async () => own(await api("POST", `/api/v1/staff/helpdesk/chats/${chat.id}/accept`)));

part("take").addEventListener("click", () => attempt(async () => {
  const found = await api("POST", words.next);
  if (found) own(found);
  else loadQueue();
}));

part("status").addEventListener("change", (event) => attempt(() => api("PUT", words.statusUrl, { status: event.target.value })));

part("end-now").addEventListener("click", () => attempt(() => api("POST", `/api/v1/staff/helpdesk/chats/${open}/end`)));

const composer = part("composer");
composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const [chat, field] = [chats.get(open), part("body")];
  const body = field.value.trim();
  if (!chat || !body) return;
  const isNote = composer.elements.kind.value === "note";
  const [room, id] = [isNote ? chat.notes : chat.room, crypto.randomUUID()];
  chat.pending.set(id, { body, room, side: isNote ? "note" : "agent", at: new Date().toISOString(), who: "" });
  line.send("msg.send", { client_msg_id: id, body }, room);
  field.value = "";
  drawTalk();
  part("log").scrollTop = part("log").scrollHeight;
});

part("body").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  }
});

let typedAt = 0;
part("body").addEventListener("input", () => {
  const chat = chats.get(open);
  if (!chat || composer.elements.kind.value === "note" || Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  line.send("typing", { on: true }, chat.room);
});

document.addEventListener("visibilitychange", () => drawTalk());

const begin = async () => {
  await loadQueue();
  const mine = await api("GET", `${words.chats}?agent=me&status=active`).catch(() => ({ results: [] }));
  mine.results.reverse().forEach(keep);
  drawMine();
  await line.connect();
  const wanted = new URLSearchParams(location.search).get("chat");
  if (chats.has(wanted)) show(wanted);
  else if (chats.size === 1) show([...chats.keys()][0]);
  desk.removeAttribute("aria-busy");
};

begin();
