// The lease is extended while the page is looked at; its end is announced, and nothing typed is lost.
const lease = document.querySelector("[data-lease]");
const csrf = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

const loseIt = () => {
  document.querySelector("[data-lost]").hidden = false;
  lease.hidden = true;
  clearInterval(ticking);
  clearInterval(beating);
};

const showLeft = () => {
  const left = Math.round((Date.parse(lease.dataset.until) - Date.now()) / 1000);
  const words = lease.querySelector("[data-left]");
  if (left <= 0) return loseIt();
  words.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  lease.classList.toggle("sr-late", left < 120);
  // Screen readers hear of it at five, two and one minutes only.
  if ([300, 120, 60].includes(left)) words.setAttribute("role", "status");
  else words.removeAttribute("role");
};

const beat = async () => {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(lease.dataset.lease, {
    method: "POST",
    headers: { "X-CSRFToken": csrf, "Content-Type": "application/json", Accept: "application/json" },
    body: "{}",
  }).catch(() => null);
  if (answer?.ok) lease.dataset.until = (await answer.json()).lease_until;
  else if (answer?.status === 409) loseIt();
};

const ticking = lease && setInterval(showLeft, 1000);
const beating = lease && setInterval(beat, 60_000);
if (lease) showLeft();
