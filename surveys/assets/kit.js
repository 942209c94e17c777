// The two buttons of the meeting kit. Without scripts they do not show, and the browser's own menu does the same.
for (const [id, act] of [
  ["print", () => window.print()],
  ["whole", () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()],
]) {
  const button = document.getElementById(id);
  button.hidden = id === "whole" && !document.fullscreenEnabled;
  button.addEventListener("click", act);
}
document.addEventListener("fullscreenchange", () => {
  document.getElementById("whole").textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
});
