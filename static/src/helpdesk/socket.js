// A socket that comes back by itself: a fresh ticket for each connection, and every room resumed from its last number.
const PROTOCOL = "strongroom.v1";
const SLOWEST_MS = 15_000;
const FOR_GOOD = new Set([4401, 4403, 4409]);

export class Line {
  constructor({ ticket, resume, onFrame, onState }) {
    Object.assign(this, { ticket, resume, onFrame, onState });
    this.tries = 0;
    this.isOpen = false;
    addEventListener("online", () => this.connect());
    addEventListener("pagehide", () => this.socket?.close());
  }

  async connect() {
    if (this.socket && this.socket.readyState < WebSocket.CLOSING) return;
    clearTimeout(this.again);
    try {
      const { ticket, url } = await this.ticket();
      this.socket = new WebSocket(url, [PROTOCOL]);
      this.socket.onopen = () => this.send("hello", { ticket, resume: this.resume() });
      this.socket.onmessage = (event) => this.read(JSON.parse(event.data));
      this.socket.onclose = (event) => this.closed(event.code);
    } catch (error) {
      this.closed(error.status === 401 || error.status === 403 ? 4401 : 1006);
    }
  }

  send(t, d = {}, room = undefined) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ v: 1, t, ...(room && { room }), d }));
    return true;
  }

  read(frame) {
    if (frame.t === "welcome") {
      this.tries = 0;
      this.isOpen = true;
      clearInterval(this.beating);
      this.beating = setInterval(() => this.send("ping", { n: 0 }), frame.d.heartbeat_s * 1000);
      this.onState("live");
    }
    this.onFrame(frame);
  }

  closed(code) {
    this.isOpen = false;
    clearInterval(this.beating);
    if (FOR_GOOD.has(code)) return this.onState("gone");
    this.onState("again");
    this.tries += 1;
    const wait = Math.min(SLOWEST_MS, 500 * 2 ** this.tries) * (0.5 + Math.random() / 2);
    this.again = setTimeout(() => this.connect(), wait);
  }
}
