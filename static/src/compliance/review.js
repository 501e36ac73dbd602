// The viewer: larger, smaller, turned; plus, minus and B on the keyboard.
const viewer = document.querySelector("[data-viewer]");
const image = viewer.querySelector("[data-viewer-image]");
let scale = 1;
let turn = 0;
const place = () => {
  image.style.transform = `rotate(${turn}deg) scale(${scale})`;
};
const zoom = (by) => {
  scale = Math.min(5, Math.max(0.5, scale * (by > 0 ? 1.25 : 0.8)));
  place();
};
const rotate = () => {
  turn = (turn + 90) % 360;
  place();
};
document.querySelectorAll("[data-view]").forEach((button) => button.addEventListener("click", () => {
  [scale, turn] = [1, 0];
  place();
  image.src = button.dataset.view;
  image.alt = button.dataset.label;
  viewer.querySelector("[data-viewer-label]").textContent = button.dataset.label;
  viewer.showModal();
}));
viewer.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => zoom(Number(button.dataset.zoom))));
viewer.querySelector("[data-turn]").addEventListener("click", rotate);
viewer.addEventListener("keydown", (event) => {
  if (event.key === "+") zoom(1);
  if (event.key === "-") zoom(-1);
  if (event.key.toLowerCase() === "b") rotate();
});
